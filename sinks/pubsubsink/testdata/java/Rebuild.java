import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A consumer on the JDK alone: the rebuild rules of package auditread.
 *
 * <p>java Rebuild.java VECTORS WRITER_SCHEMA prints name, store and leaf of every vector, a line each.
 */
public final class Rebuild {
  static final class Unverifiable extends RuntimeException {
    Unverifiable(String problem) {
      super(problem);
    }
  }

  /** A number as it stands. */
  record Literal(String text) {}

  /** Reads JSON into TreeMap, ArrayList, String, Literal, Boolean and null. Strings of Java compare by UTF-16. */
  static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    static Object read(String text) {
      Reader r = new Reader(text);
      Object value = r.value();
      if (r.next() != 0) {
        throw new IllegalArgumentException("bytes after the end");
      }
      return value;
    }

    private char next() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    private void expect(char c) {
      if (next() != c) {
        throw new IllegalArgumentException("expected " + c + " at " + at);
      }
      at++;
    }

    private Object value() {
      switch (next()) {
        case '{':
          return object();
        case '[':
          return array();
        case '"':
          return string();
        default:
          return literal();
      }
    }

    private Map<String, Object> object() {
      Map<String, Object> members = new TreeMap<>();
      expect('{');
      for (boolean first = true; next() != '}'; first = false) {
        if (!first) {
          expect(',');
          next();
        }
        String name = string();
        expect(':');
        if (members.containsKey(name)) {
          throw new Unverifiable("a name stands twice");
        }
        members.put(name, value());
      }
      at++;
      return members;
    }

    private List<Object> array() {
      List<Object> elements = new ArrayList<>();
      expect('[');
      for (boolean first = true; next() != ']'; first = false) {
        if (!first) {
          expect(',');
        }
        elements.add(value());
      }
      at++;
      return elements;
    }

    private String string() {
      expect('"');
      StringBuilder out = new StringBuilder();
      for (; text.charAt(at) != '"'; at++) {
        char c = text.charAt(at);
        if (c != '\\') {
          out.append(c);
          continue;
        }
        c = text.charAt(++at);
        int plain = "bfnrt".indexOf(c);
        if (c == 'u') {
          out.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
          at += 4;
        } else {
          out.append(plain < 0 ? c : "\b\f\n\r\t".charAt(plain));
        }
      }
      at++;
      return out.toString();
    }

    private Object literal() {
      int start = at;
      while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      String word = text.substring(start, at);
      return switch (word) {
        case "null" -> null;
        case "true" -> true;
        case "false" -> false;
        default -> new Literal(word);
      };
    }
  }

  /** Drops what is absent. */
  static Object prune(Object value) {
    if (value instanceof Literal n && !n.text().matches("0|-?[1-9][0-9]{0,14}")) {
      throw new Unverifiable("a number that could have been rounded");
    }
    if (value instanceof List<?> list) {
      List<Object> pruned = new ArrayList<>();
      for (Object element : list) {
        if (element == null) {
          throw new Unverifiable("null in an array");
        }
        pruned.add(prune(element));
      }
      return pruned;
    }
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    Map<String, Object> pruned = new TreeMap<>();
    map.forEach((name, member) -> {
      Object inner = member == null ? null : prune(member);
      boolean empty = inner instanceof Map<?, ?> m && m.isEmpty() || inner instanceof List<?> l && l.isEmpty();
      if (inner != null && !empty) {
        pruned.put((String) name, inner);
      }
    });
    return pruned;
  }

  static void write(StringBuilder out, Object value) {
    if (value instanceof Map<?, ?> map) {
      char separator = '{';
      for (Map.Entry<?, ?> member : map.entrySet()) {
        out.append(separator);
        separator = ',';
        quote(out, (String) member.getKey());
        out.append(':');
        write(out, member.getValue());
      }
      out.append('}');
    } else if (value instanceof List<?> list) {
      char separator = '[';
      for (Object element : list) {
        out.append(separator);
        separator = ',';
        write(out, element);
      }
      out.append(']');
    } else if (value instanceof String text) {
      quote(out, text);
    } else if (value instanceof Literal number) {
      out.append(number.text());
    } else {
      out.append(value);
    }
  }

  /** Escapes as RFC 8785 section 3.2.2.2 says. */
  static void quote(StringBuilder out, String text) {
    out.append('"');
    for (char c : text.toCharArray()) {
      int short_ = "\"\\\b\f\n\r\t".indexOf(c);
      if (short_ >= 0) {
        out.append('\\').append("\"\\bfnrt".charAt(short_));
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(Object value) {
    return value instanceof Map<?, ?> ? (Map<String, Object>) value : Map.of();
  }

  static final String[][] PAIRS = {
    {"action", "action"}, {"id", "eventId"}, {"outcome", "outcome"}, {"subject", "resource"},
    {"tenant", "tenantId"}, {"time", "timestamp"}, {"workspace", "workspaceId"},
  };

  /** Refuses what version 1 does not write. */
  static void check(Map<String, Object> event, Map<String, Object> schema) {
    Map<String, Object> data = object(event.get("data"));
    Map<String, Object> shape = object(object(schema.get("$defs")).get("data"));
    for (var one : List.of(Map.entry(event, schema), Map.entry(data, shape))) {
      Set<String> names = one.getKey().keySet();
      if (!names.containsAll((List<?>) one.getValue().get("required"))
          || !object(one.getValue().get("properties")).keySet().containsAll(names)) {
        throw new Unverifiable("a member is missing, or is none of version 1");
      }
    }
    for (String[] pair : PAIRS) {
      if (!java.util.Objects.equals(event.get(pair[0]), data.get(pair[1]))) {
        throw new Unverifiable("two members that say the same do not agree");
      }
    }
  }

  static String rebuild(Map<String, Object> raw, Map<String, Object> schema) {
    if (raw.get("data") instanceof Map<?, ?>) {
      Object version = object(raw.get("data")).get("eventVersion");
      if ("1".equals(version) || new Literal("1.0").equals(version)) {
        object(raw.get("data")).put("eventVersion", new Literal("1"));
      }
    }
    Map<String, Object> event = object(prune(raw));
    Map<String, Object> data = object(event.get("data"));
    if (event.get("time") instanceof String time && data.get("timestamp") instanceof String stamp
        && OffsetDateTime.parse(time).isEqual(OffsetDateTime.parse(stamp))) {
      event.put("time", stamp);
    }
    if (event.getOrDefault("dataschema", "urn:io.arco:audit:record:v1").equals("urn:io.arco:audit:record:v1")) {
      check(event, schema);
    }
    StringBuilder out = new StringBuilder();
    write(out, event);
    return out.toString();
  }

  static Map<String, Object> assemble(Map<String, Object> attributes, String data) {
    String kind = "";
    for (var attribute : attributes.entrySet()) {
      if (attribute.getKey().equalsIgnoreCase("content-type")) {
        kind = (String) attribute.getValue();
      }
    }
    if (kind.toLowerCase().startsWith("application/cloudevents+json") || !attributes.containsKey("ce-specversion")) {
      return object(Reader.read(data));
    }
    Map<String, Object> event = new TreeMap<>();
    attributes.forEach((name, value) -> {
      if (name.startsWith("ce-")) {
        event.put(name.substring(3), value);
      }
    });
    event.put("datacontenttype", kind);
    event.put("data", Reader.read(data));
    return event;
  }

  static String leaf(String canonical) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update((byte) 0);
    return HexFormat.of().formatHex(digest.digest(canonical.getBytes(StandardCharsets.UTF_8)));
  }

  public static void main(String[] args) throws Exception {
    List<?> vectors = (List<?>) Reader.read(Files.readString(Path.of(args[0])));
    Map<String, Object> schema = object(Reader.read(Files.readString(Path.of(args[1]))));
    for (Object one : vectors) {
      Map<String, Object> v = object(one);
      String result;
      try {
        result = leaf(rebuild(assemble(object(v.get("attributes")), (String) v.get("data")), schema));
      } catch (Unverifiable e) {
        result = "unverifiable";
      }
      System.out.println(v.get("name") + "|" + v.get("store") + "|" + result);
    }
  }
}
