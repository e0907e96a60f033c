import type { AdvisoryStore } from '../advisories/store/index.ts';
import { isSystemType, namespaceOf, SYSTEM_TYPES, typeInWords } from '../ecosystems/index.ts';
import type { Inventory, Notice } from '../model.ts';
import { endOfLife } from './end-of-life.ts';

/**
 * What is known of the operating system. A program alone, a Nix or Guix store and a bill of materials of an application have none,
 * and ordinary builds make them: where somebody took a system out of sight, the signs of hiding warn.
 */
export function systemNotices({ os, packages, unpinned }: Inventory): Notice[] {
  if (unpinned !== undefined && !os) return [];
  const system = packages.filter(({ type }) => isSystemType(type)).length;
  if (!os)
    return [
      system > 0
        ? {
            level: 'warning',
            code: 'os-unknown',
            message: `nothing names the operating system: ${system} ${system === 1 ? 'OS package was found and cannot be judged' : 'OS packages were found and cannot be judged'}`,
          }
        : {
            level: 'info',
            code: 'os-unknown',
            message: 'nothing names an operating system, and no OS package was found',
          },
    ];
  if (system > 0) return [];
  const { id, idLike = [], name } = os;
  return [
    [id, ...idLike].some((word) => isSystemType(typeInWords(word)))
      ? {
          level: 'warning',
          code: 'os-no-packages',
          message: `${name}, but no package of it: its database may have been removed`,
        }
      : { level: 'info', code: 'os-no-packages', message: `${name}: it keeps no package database that is read here` },
  ];
}

/** A release that its publisher no longer looks after gets no more fixes, and soon no more advisories. */
export function lifeNotices({ os }: Inventory, store: AdvisoryStore, now: Date): Notice[] {
  const namespace = SYSTEM_TYPES.flatMap((type) => namespaceOf(type, os) ?? [])[0];
  const published = namespace === undefined ? undefined : store.release?.(namespace);
  const life = os && endOfLife(os, now, published);
  if (!life || life.state === 'supported') return [];
  const text =
    life.state === 'extended'
      ? `${os.name} is past its regular support; extended support ends on ${life.date}`
      : `support for ${os.name} ended on ${life.date}: no fixes are to be expected, and missing advisories mean nothing`;
  return [{ level: life.state === 'ended' ? 'warning' : 'info', code: 'end-of-life', message: text }];
}
