import type { Socket } from 'node:net';

/**
 * Makes a socket tell its end only when undici's reader is not paused. undici 7 ends the whole process with a failed assertion when
 * a server closes the connection while a slow reader holds the body back, as every HTTP/1.0 server and `Connection: close` may.
 * The socket must allow being half open; it is ended here once its end has been told.
 */
export function patientSocket<Connection extends Socket>(socket: Connection): Connection {
  const emit = socket.emit;
  const tell = (names: unknown[]): void => {
    if (socket.destroyed) return;
    if (isPaused(socket)) {
      setTimeout(tell, PATIENCE_MS, names);
      return;
    }
    Reflect.apply(emit, socket, names);
    socket.end();
  };
  socket.emit = (...names: unknown[]): boolean => {
    if (names[0] !== 'end') return Reflect.apply(emit, socket, names);
    tell(names);
    return true;
  };
  return socket;
}

const PATIENCE_MS = 5;

/** undici keeps its parser on the socket, under a symbol of its own. */
function isPaused(socket: object): boolean {
  const key = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'parser');
  const parser = key === undefined ? undefined : (Reflect.get(socket, key) as { paused?: boolean } | null | undefined);
  return parser?.paused === true;
}
