// A consumer on the official packages: the rebuild rules of package auditread.
//
// node consumer.mjs vectors VECTORS WRITER_SCHEMA             name, store and leaf of every vector, a line each
// node consumer.mjs pull PROJECT SUBSCRIPTION N WRITER_SCHEMA  sequence and leaf of N events
// node consumer.mjs validate SCHEMA FILE...                    the files that the schema refuses, a line each
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {basename} from 'node:path';
import {PubSub} from '@google-cloud/pubsub';
import Ajv from 'ajv/dist/2020.js';
import {CloudEvent} from 'cloudevents';

const read = path => JSON.parse(readFileSync(path, 'utf8'));
const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);

class Unverifiable extends Error {}

function prune(value) {
  if (typeof value === 'number' && !(Number.isInteger(value) && Math.abs(value) < 1e15)) {
    throw new Unverifiable('a number that could have been rounded');
  }
  if (Array.isArray(value)) {
    if (value.includes(null)) throw new Unverifiable('null in an array');
    return value.map(prune);
  }
  if (!isObject(value)) return value;
  const present = {};
  for (const name of Object.keys(value).sort()) { // by UTF-16 code units
    if (value[name] === null) continue;
    const inner = prune(value[name]);
    if (typeof inner === 'object' && Object.keys(inner).length === 0) continue;
    present[name] = inner;
  }
  return present;
}

// The writer schema has the names of version 1; its lists of actions and outcomes are not for readers.
const fits = (value, shape) => isObject(value) && shape.required.every(name => name in value) &&
  Object.keys(value).every(name => name in shape.properties) && !Object.values(value).includes('');
const pairs = [['action', 'action'], ['id', 'eventId'], ['outcome', 'outcome'], ['subject', 'resource'],
  ['tenant', 'tenantId'], ['time', 'timestamp'], ['workspace', 'workspaceId']];

function rebuild(raw, writer) {
  if (isObject(raw.data) && ['1', '1.0'].includes(String(raw.data.eventVersion))) raw.data.eventVersion = 1;
  const event = prune(raw);
  if (event.data?.timestamp && Date.parse(event.time) === Date.parse(event.data.timestamp)) event.time = event.data.timestamp;
  if ((event.dataschema ?? 'urn:io.arco:audit:record:v1') === 'urn:io.arco:audit:record:v1') {
    const agree = pairs.every(([a, b]) => event[a] === event.data?.[b]) && event.partitionkey === event.trail;
    if (!fits(event, writer) || !fits(event.data, writer.$defs.data) || !agree) throw new Unverifiable('not what version 1 writes');
  }
  return JSON.stringify(event);
}

function assemble(attributes, data) {
  const key = Object.keys(attributes).find(k => k.toLowerCase() === 'content-type');
  const kind = key ? attributes[key] : '';
  if (kind.toLowerCase().startsWith('application/cloudevents+json') || !('ce-specversion' in attributes)) return JSON.parse(data);
  const event = {data: JSON.parse(data), datacontenttype: kind};
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('ce-')) event[name.slice(3)] = value;
  }
  return event;
}

const leaf = canonical => createHash('sha256').update('\0').update(canonical).digest('hex');

function vectors(path, writer) {
  for (const v of read(path)) {
    try {
      console.log([v.name, v.store, leaf(rebuild(assemble(v.attributes ?? {}, v.data), writer))].join('|'));
    } catch (e) {
      if (!(e instanceof Unverifiable)) throw e;
      console.log([v.name, v.store, 'unverifiable'].join('|'));
    }
  }
}

async function pull(project, subscription, n, writer) {
  const client = new PubSub({projectId: project});
  const seen = new Set();
  await new Promise((resolve, reject) => {
    const reader = client.subscription(subscription);
    reader.on('error', reject);
    reader.on('message', message => {
      try {
        const event = assemble(message.attributes, message.data.toString('utf8'));
        const checked = new CloudEvent(event); // throws when it is none
        if (!seen.has(checked.source + ' ' + checked.id)) {
          console.log([checked.sequence, leaf(rebuild(event, writer))].join('|'));
        }
        seen.add(checked.source + ' ' + checked.id);
        message.ack();
        if (seen.size === n) reader.close().then(resolve, reject);
      } catch (e) {
        reject(e);
      }
    });
  });
  await client.close();
}

const [mode, ...args] = process.argv.slice(2);
if (mode === 'validate') {
  const valid = new Ajv({strict: false}).compile(read(args[0]));
  for (const path of args.slice(1)) {
    if (!valid(read(path))) console.log(basename(path), JSON.stringify(valid.errors[0]));
  }
} else if (mode === 'vectors') {
  vectors(args[0], read(args[1]));
} else {
  await pull(args[0], args[1], Number(args[2]), read(args[3]));
}
