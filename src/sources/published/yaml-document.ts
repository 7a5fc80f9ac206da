import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  Parser,
  visit,
  type YAMLMap,
} from 'yaml';
import { quoteInput, RegistryError, shorten } from '../../registry/values/registry-error.ts';

/** The most nodes that are read of one file. Aliases may name a node again and again. */
const MOST_READS = 1_000_000;

const TOO_DEEP = 'it is nested too deeply';

/** The most merge keys that lead from one to another. */
const DEEPEST_MERGE = 16;

/**
 * Parses the documents of a YAML file one by one. Values are texts: no number or date is converted.
 *
 * @param file - The name of the file, for errors.
 * @param text - The content. JSON is YAML too.
 * @throws {RegistryError} `invalid_argument` with file and line: for invalid YAML, unknown anchors, repeated keys, and aliases that
 *   expand to more than a million nodes.
 */
export function* readYaml(file: string, text: string): Generator<YamlNode> {
  const lines = new LineCounter();
  const parser = new Parser(lines.addNewLine);
  // The check for repeated keys of the library compares all pairs of keys.
  const options = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;
  const composer = new Composer(options);
  const context = new YamlContext(file, lines);
  for (const document of composer.compose(parser.parse(text))) {
    const [fault] = document.errors;
    if (fault !== undefined) throw context.fault(fault.pos[0], toSentence(fault.message));
    context.index(document);
    if (document.contents !== null) yield new YamlNode(document.contents as ParsedNode, context);
  }
}

/** Converts an error of the library to a sentence. It reports the end of the stack as the fault of a document. */
function toSentence(message: string): string {
  const [sentence = ''] = message.split('\n');
  return message.startsWith('Maximum call stack') ? TOO_DEEP : `expected YAML: ${shorten(sentence)}`;
}

/** What the nodes of a file share. */
class YamlContext {
  readonly #file: string;
  readonly #lines: LineCounter;
  /** The nodes that aliases name. The library would search the whole document for each alias. */
  readonly #targets = new Map<Alias, Node>();
  #reads = 0;

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  lineOf(node: Node): number {
    return this.#lines.linePos(node.range?.[0] ?? 0).line;
  }

  fault(offset: number, detail: string): RegistryError {
    return new RegistryError('invalid_argument', `${this.#file}:${this.#lines.linePos(offset).line}: ${detail}`);
  }

  tooDeep(node: Node): RegistryError {
    return this.fault(node.range?.[0] ?? 0, TOO_DEEP);
  }

  /** Finds the node of each alias, and refuses repeated keys. */
  index(document: Document.Parsed): void {
    const anchors = new Map<string, Node>();
    const startOf = (node: Node): number => node.range?.[0] ?? 0;
    visit(document, {
      Node: (_key, node) => {
        if (isMap(node)) this.#checkKeys(node);
        if (!isAlias(node)) {
          if (node.anchor !== undefined) anchors.set(node.anchor, node);
          return;
        }
        const { source } = node;
        const target = anchors.get(source);
        if (target === undefined) throw this.fault(startOf(node), `expected an anchor &${source} before *${source}`);
        this.#targets.set(node, target);
      },
    });
  }

  #checkKeys({ items }: YAMLMap): void {
    const keys = new Set<string>();
    for (const { key } of items) {
      if (!isScalar(key) || key.value === '<<') continue;
      const name = String(key.value);
      if (keys.has(name)) throw this.fault(key.range?.[0] ?? 0, `expected the key ${quoteInput(name)} once`);
      keys.add(name);
    }
  }

  /** Returns the node that an alias names, and any other node itself. */
  resolve(node: Node): Node {
    if (++this.#reads > MOST_READS)
      throw this.fault(node.range?.[0] ?? 0, `expected at most ${MOST_READS} nodes with its aliases`);
    return isAlias(node) ? (this.#targets.get(node) ?? node) : node;
  }
}

/** A node of a YAML document. Aliases are followed, and merge keys (`<<`) are read. */
export class YamlNode {
  readonly #node: Node;
  readonly #context: YamlContext;
  /** Its line, from 1: for an alias, that of the alias. */
  readonly line: number;

  constructor(written: Node, context: YamlContext) {
    this.#node = context.resolve(written);
    this.#context = context;
    this.line = context.lineOf(written);
  }

  /** The text of a scalar; undefined for another node. */
  get text(): string | undefined {
    return isScalar(this.#node) ? String(this.#node.value ?? '') : undefined;
  }

  /** Whether it is a mapping. */
  get isMap(): boolean {
    return isMap(this.#node);
  }

  /** Whether it is a sequence. */
  get isList(): boolean {
    return isSeq(this.#node);
  }

  /** The elements of a sequence; empty for another node. */
  *items(): Generator<YamlNode> {
    if (!isSeq(this.#node)) return;
    for (const item of this.#node.items) yield new YamlNode(item as Node, this.#context);
  }

  /** The pairs of a mapping with text as key, those of merge keys last; empty for another node. */
  entries(): Generator<readonly [key: string, value: YamlNode]> {
    return this.#entries(0);
  }

  *#entries(depth: number): Generator<readonly [key: string, value: YamlNode]> {
    if (!isMap(this.#node)) return;
    if (depth > DEEPEST_MERGE) throw this.#context.tooDeep(this.#node);
    const merged: YamlNode[] = [];
    const known = new Set<string>();
    for (const { key, value } of this.#node.items) {
      if (!isScalar(key) || value === null) continue;
      const child = new YamlNode(value as Node, this.#context);
      if (key.value === '<<') merged.push(...(child.isMap ? [child] : child.items()));
      else {
        known.add(String(key.value));
        yield [String(key.value), child];
      }
    }
    for (const source of merged) {
      for (const [key, child] of source.#entries(depth + 1)) {
        if (known.has(key)) continue;
        known.add(key);
        yield [key, child];
      }
    }
  }

  /**
   * Returns the value of a key of a mapping, or of keys below it.
   *
   * @param path - The keys.
   * @returns Undefined where a key is missing.
   */
  get(...path: readonly string[]): YamlNode | undefined {
    const [first, ...rest] = path;
    if (first === undefined) return this;
    for (const [key, value] of this.entries()) if (key === first) return value.get(...rest);
    return undefined;
  }
}
