import { LIMITS } from '../limits.ts';

/** Steps that following links may take, all of one layer or image together: a chain of forty is long, and may be asked for a million times. */
export interface LinkWork {
  left: number;
}

/** The whole of it, for so many entries. */
export const linkWork = (entries = 0): LinkWork => ({ left: LIMITS.linkSteps + entries * LIMITS.linkStepsPerEntry });

interface Node {
  children: Map<string, Node> | undefined;
  link: boolean;
}

const node = (): Node => ({ children: undefined, link: false });

/** What a new name in the tree costs, since it stays in memory. */
const NODE_STEPS = 10;

/** Where symbolic links are, as a tree of names: a path is walked once, whatever its depth. */
export interface LinkTree {
  /** With `work` used up, the path is left out. */
  add(path: string, work: LinkWork): void;
  delete(path: string): void;
  /**
   * Follows every symbolic link on the way, folders included, inside the image root only. `readLink` gives the target of a
   * path that was added, undefined where it is no link any more. `undefined` for a loop, for a chain longer than
   * `LIMITS.symlinks`, and when `work` is used up.
   */
  follow(path: string, readLink: (path: string) => string | undefined, work: LinkWork): string | undefined;
}

/** An empty tree. */
export function linkTree(): LinkTree {
  const root = node();
  const find = (path: string): Node | undefined => {
    let at: Node | undefined = root;
    for (const part of path.split('/')) at = at?.children?.get(part);
    return at;
  };
  return {
    add(path, work) {
      let at = root;
      for (const part of path.split('/')) {
        let next = at.children?.get(part);
        if (!next) {
          work.left -= NODE_STEPS;
          if (work.left < 0) return;
          next = node();
          at.children ??= new Map();
          at.children.set(part, next);
        }
        at = next;
      }
      at.link = true;
    },
    delete(path) {
      const node = find(path);
      if (node) node.link = false;
    },
    follow: (path, readLink, work) => follow(root, path, readLink, work),
  };
}

function follow(
  root: Node,
  path: string,
  readLink: (path: string) => string | undefined,
  work: LinkWork,
): string | undefined {
  /** What is still to be walked, the next part last. */
  const rest = parts(path);
  let done: string[] = [];
  let nodes: (Node | undefined)[] = [root];
  let followed = 0;
  for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
    work.left -= 1;
    if (work.left < 0) return undefined;
    if (part === '.') continue;
    if (part === '..') {
      if (done.pop() !== undefined) nodes.pop();
      continue;
    }
    const next = nodes.at(-1)?.children?.get(part);
    let target: string | undefined;
    if (next?.link) {
      work.left -= done.length;
      target = readLink([...done, part].join('/'));
    }
    if (target === undefined) {
      done.push(part);
      nodes.push(next);
      continue;
    }
    followed += 1;
    if (followed > LIMITS.symlinks) return undefined;
    for (const name of parts(target)) rest.push(name);
    if (rest.length > LIMITS.pathSegments) return undefined;
    if (target.startsWith('/')) {
      done = [];
      nodes = [root];
    }
  }
  return done.join('/');
}

/** The parts of a path, the last first. */
const parts = (path: string): string[] =>
  path
    .split('/')
    .filter((part) => part !== '')
    .reverse();
