// What the build does to the code that it has bundled, so that V8 holds it, and what it makes, in little memory.
import { parseAst } from 'rolldown/parseAst';

/**
 * The same code in ASCII: V8 holds the whole text in two bytes a sign for a single one beyond Latin-1, in each thread. What is escaped stands in a
 * string, a pattern or a comment; raw templates know no escapes, and a backslash before one would take it.
 */
export function ascii(code) {
  const taken = /\\[^\0-\x7f]|String\.raw`[^`]*[^`\0-\x7f]/.exec(code);
  if (taken) throw new Error(`cannot be written in ASCII: ${JSON.stringify(taken[0])}`);
  return code.replace(/[^\0-\x7f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The same code, whose `{ ...a, b }` is written `{ ...{}, ...a, b }`. V8 takes a literal that begins with what is spread for a copy of it, and up to
 * version 11 (Node 20) gives each object a shape of its own as soon as a member is added: 280 bytes and a microsecond for each, and members that
 * are looked up three times as slowly wherever such objects come along.
 */
export function oneShape(code) {
  const places = [];
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== 'object') return;
    if (node.type === 'ObjectExpression' && node.properties.length > 1 && node.properties[0].type === 'SpreadElement')
      places.push(node.properties[0].start);
    for (const key of Object.keys(node)) visit(node[key]);
  };
  visit(parseAst(code).body);
  let written = '';
  let from = 0;
  for (const at of places.sort((a, b) => a - b)) {
    written += `${code.slice(from, at)}...{}, `;
    from = at;
  }
  return written + code.slice(from);
}

/** What may be loaded later: another part of the program, or a module of Node's own. */
const LATER = /^(?:\.\/program-[^/]+\.cjs|node:.+)$/;

/**
 * The same code, that loads other parts of the program and modules of Node (`const b = require("./program-b.cjs")`) when something of theirs is used for
 * the first time, not because it could be: a scan out of the cache never comes to half of what it knows by name. No file does anything by being
 * loaded, so that nobody notices when it is. What is used otherwise than by its members is loaded as it stands there.
 */
export function late(code) {
  const { body } = parseAst(code);
  const declared = new Map();
  for (const statement of body) {
    const { id, init } = statement.declarations?.length === 1 ? statement.declarations[0] : {};
    if (id?.type === 'Identifier' && init?.callee?.name === 'require' && LATER.test(init.arguments[0]?.value))
      declared.set(id.name, { statement, call: code.slice(init.start, init.end), members: [], others: -1 });
  }
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== 'object') return;
    if (node.type === 'MemberExpression') {
      const part = declared.get(node.object.name);
      if (part) part.members.push(node.object);
      else visit(node.object);
      if (node.computed) visit(node.property);
      return;
    }
    if (node.type === 'Identifier' && declared.has(node.name)) declared.get(node.name).others += 1;
    // What a member is called where it is made makes no use of the name.
    for (const key of Object.keys(node)) if (key !== 'key' || node.computed) visit(node[key]);
  };
  visit(body);
  const edits = [];
  for (const [name, { statement, call, members, others }] of declared) {
    if (others > 0) continue;
    edits.push([statement.start, statement.end, `let ${name};`]);
    for (const { start, end } of members) edits.push([start, end, `(${name} ??= ${call})`]);
  }
  let written = '';
  let from = 0;
  for (const [start, end, text] of edits.sort(([a], [b]) => a - b)) {
    written += code.slice(from, start) + text;
    from = end;
  }
  return written + code.slice(from);
}

/** The same code, below what the authors of a package want to be said of it, where the code holds the package. */
export function licensed(code, name, licence) {
  if (!code.includes(`// node_modules/${name}/`)) return code;
  return `/*! ${name}\n${ascii(licence.trim().replaceAll('*/', '* /'))}\n*/\n${code}`;
}

/** A part of the program that brings others along: `runIn` (src/launch.ts) then looks for none of them. */
export function bringing(code, others) {
  const functions = others.map(
    ([name, text]) => `${JSON.stringify(name)}: function (exports, require, module, __filename) { ${text}\n}`,
  );
  return `bring({\n${functions.join(',\n')}\n});\n${code}`;
}
