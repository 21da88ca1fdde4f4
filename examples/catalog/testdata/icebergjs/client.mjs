// A table's whole life by iceberg-js: node client.mjs URL TOKEN. It prints one line for each step that went as it
// should, and ends with an error at the first that did not.
import assert from 'node:assert/strict'
import { IcebergError, IcebergRestCatalog, generateIdempotencyKey } from 'iceberg-js'

const [baseUrl, token] = process.argv.slice(2)
const auth = { type: 'bearer', token }
const catalog = new IcebergRestCatalog({ baseUrl, auth, warehouse: 'main', accessDelegation: ['vended-credentials'] })
const plain = new IcebergRestCatalog({ baseUrl, auth, warehouse: 'main' })

async function step(name, run) {
  await run()
  console.log(name)
}

async function refused(status, run) {
  await assert.rejects(run, (e) => {
    assert.ok(e instanceof IcebergError, String(e))
    assert.equal(e.status, status)
    return true
  })
}

const sales = { namespace: ['sales'] }
const eu = { namespace: ['sales', 'eu'] }
const orders = { namespace: ['sales'], name: 'orders' }
const archive = { namespace: ['sales'], name: 'archive' }
const schema = {
  type: 'struct', 'schema-id': 0,
  fields: [
    { id: 1, name: 'id', type: 'long', required: true },
    { id: 2, name: 'day', type: 'date', required: false },
    { id: 3, name: 'price', type: 'decimal(10,2)', required: false },
  ],
}

await step('config', async () => {
  const config = await catalog.loadConfig()
  assert.equal(config.overrides.prefix, 'main')
  assert.ok(config.endpoints.includes('POST /v1/{prefix}/transactions/commit'))
  assert.match(config['idempotency-key-lifetime'], /^PT\d+S$/)
})

await step('namespaces', async () => {
  await catalog.createNamespace(sales, { properties: { owner: 'ada' } })
  await catalog.createNamespaceIfNotExists(sales)
  await catalog.createNamespace(eu)
  await refused(409, () => catalog.createNamespace(sales))
  assert.deepEqual((await catalog.listNamespaces()).namespaces, [sales])
  assert.deepEqual((await catalog.listNamespaces({ parent: sales })).namespaces, [eu])
  assert.equal((await catalog.loadNamespaceMetadata(sales)).properties.owner, 'ada')
  const changed = await catalog.updateNamespaceProperties(sales, { updates: { team: 'eu' }, removals: ['owner'] })
  assert.deepEqual(changed.updated, ['team'])
  assert.deepEqual(changed.removed, ['owner'])
  assert.equal(await catalog.namespaceExists(eu), true)
  assert.equal(await catalog.namespaceExists({ namespace: ['nothing'] }), false)
})

await step('pages', async () => {
  for (const name of ['a', 'b', 'c']) await catalog.createNamespace({ namespace: [name] })
  const first = await catalog.listNamespaces({ pageSize: 3 })
  const rest = await catalog.listNamespaces({ pageSize: 3, pageToken: first.nextPageToken })
  assert.deepEqual([...first.namespaces, ...rest.namespaces].map((n) => n.namespace[0]), ['a', 'b', 'c', 'sales'])
  for (const name of ['a', 'b', 'c']) await catalog.dropNamespace({ namespace: [name] })
})

await step('tables', async () => {
  const made = await plain.createTableResult(sales, {
    name: 'orders', schema,
    'partition-spec': { 'spec-id': 0, fields: [{ 'source-id': 2, 'field-id': 1000, name: 'day', transform: 'identity' }] },
  })
  assert.equal(made['storage-credentials'], undefined, 'nobody asked')
  await refused(409, () => plain.createTable(sales, { name: 'orders', schema }))
  assert.deepEqual((await catalog.listTables(sales)).identifiers, [orders])
  assert.equal(await catalog.tableExists(orders), true)
  assert.equal(await catalog.tableExists(archive), false)
  await refused(404, () => catalog.loadTable(archive))
})

await step('commits', async () => {
  const before = await plain.loadTable(orders)
  const committed = await catalog.commitTable(orders, {
    requirements: [{ type: 'assert-table-uuid', uuid: before['table-uuid'] }],
    updates: [
      { action: 'set-properties', updates: { 'write.parquet.compression-codec': 'zstd' } },
      { action: 'add-snapshot', snapshot: {
        'snapshot-id': 1, 'sequence-number': 1, 'timestamp-ms': before['last-updated-ms'] + 1, 'schema-id': 0,
        'manifest-list': before.location + '/metadata/snap-1.avro',
        summary: { operation: 'append', 'added-records': '3', 'partitions.day=2024-01-01': 'added-records=3' },
      } },
      { action: 'set-snapshot-ref', 'ref-name': 'main', type: 'branch', 'snapshot-id': 1 },
    ],
  })
  assert.equal(committed.metadata['current-snapshot-id'], 1)
  assert.equal((await plain.loadTable(orders)).properties['write.parquet.compression-codec'], 'zstd')
  await refused(409, () => catalog.commitTable(orders, {
    requirements: [{ type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': null }], updates: [],
  }))
  await refused(400, () => catalog.commitTable(orders, {
    requirements: [], updates: [{ action: 'set-properties', updates: { 'arco.retention': '1d' } }],
  }))
})

// The client makes a fresh key for each call; the same key twice goes past it.
await step('idempotency', async () => {
  const key = generateIdempotencyKey()
  const send = (value) => fetch(`${baseUrl}/v1/main/namespaces/sales/tables/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ requirements: [], updates: [{ action: 'set-properties', updates: { once: value } }] }),
  })
  const [first, second] = [await send('1'), await send('1')]
  assert.deepEqual([first.status, second.status], [200, 200])
  assert.equal(await first.text(), await second.text())
  assert.equal((await send('2')).status, 409)
})

await step('credentials', async () => {
  const lent = await catalog.loadTableResult(orders)
  assert.equal(lent['storage-credentials'].length, 1)
  assert.ok(lent['storage-credentials'][0].config['local.token'])
  assert.equal((await plain.loadTableResult(orders))['storage-credentials'], undefined)
  const made = await catalog.createTableResult(sales, { name: 'lent', schema })
  assert.equal(made['storage-credentials'].length, 1)
  await catalog.dropTable({ namespace: ['sales'], name: 'lent' })
})

await step('names', async () => {
  await catalog.renameTable({ source: orders, destination: archive })
  await refused(404, () => catalog.loadTable(orders))
  await refused(406, () => catalog.renameTable({ source: archive, destination: { namespace: ['sales', 'eu'], name: 'archive' } }))
  const location = (await plain.loadTableResult(archive))['metadata-location']
  await plain.registerTable(eu, { name: 'again', 'metadata-location': location })
  assert.equal(await catalog.tableExists({ ...eu, name: 'again' }), true)
})

await step('ends', async () => {
  await refused(409, () => catalog.dropNamespace(sales))
  await refused(406, () => catalog.dropTable(archive, { purge: true }))
  await catalog.dropTable({ ...eu, name: 'again' })
  await catalog.dropTable(archive)
  await catalog.dropNamespace(eu)
  await catalog.dropNamespace(sales)
})
