import type { Statement, WordPart } from 'unbash';
import { pathFrom } from '../programs.ts';
import type { Walk } from './machine.ts';
import { copied, ranBeside, type State, type Text } from './state.ts';
import { fieldsOf } from './words.ts';

/** What a command substitution prints, where that follows from names alone; what is started in it is started. */
export function printed({ script }: Extract<WordPart, { type: 'CommandExpansion' }>, state: State, walk: Walk): Text {
  if (script === undefined) return undefined;
  return walk.deeper(() => {
    const text = outputOf(script.commands, copied(state), walk);
    // What it prints can be told of some programs; they are started all the same.
    ranBeside(state, walk.list(script.commands, [copied(state)], false));
    return text;
  });
}

function outputOf(statements: readonly Statement[], state: State, walk: Walk): Text {
  let out: Text;
  const commands = statements.flatMap(({ command }) => (command.type === 'AndOr' ? command.commands : [command]));
  for (const command of commands) {
    if (command.type !== 'Command' || command.name === undefined) return undefined;
    const scope = walk.around(state);
    const words = command.args.flatMap((word) => (word.type === 'Word' ? fieldsOf(word, scope) : [undefined]));
    if (words.includes(undefined)) return undefined;
    const [first = '', second = ''] = (words as string[]).filter((word) => !/^-[a-zA-Z]$|^--$/.test(word));
    switch (command.name.value) {
      case 'cd':
        state.folder = pathFrom(state.folder, first);
        break;
      case 'pwd':
        out = `/${state.folder}`;
        break;
      case 'dirname':
        out = first.replace(/\/[^/]*$/, '') || (first.startsWith('/') ? '/' : '.');
        break;
      case 'basename':
        out = first.replace(/^.*\//s, '');
        if (second !== '' && out.endsWith(second)) out = out.slice(0, -second.length);
        break;
      case 'readlink':
      case 'realpath':
        out = `/${pathFrom(state.folder, first)}`;
        break;
      case 'echo':
        out = words.join(' ');
        break;
      case 'whoami':
        out = walk.machine.user?.name;
        break;
      case 'id':
        out = identity(words as string[], walk);
        break;
      case 'which':
      case 'command':
        out = walk.machine.finds(first, state);
        break;
      default:
        return undefined;
    }
  }
  return out;
}

/** `id -u` and `id -un` of whoever runs the script; others are asked of what only the running system knows. */
function identity(words: readonly string[], { machine: { user } }: Walk): Text {
  const letters = words.map((word) => word.replace(/^--user$/, '-u').replace(/^--name$/, '-n')).join('');
  if (!/^(?:-[urn]+)+$/.test(letters) || !letters.includes('u')) return undefined;
  return letters.includes('n') ? user?.name : user?.id;
}
