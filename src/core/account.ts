/**
 * The account that the image runs as.
 */
import { BASE_ACCOUNTS } from './catalogue/accounts';
import type { Base, Layout } from './config';
import type { Faults } from './fault';

/** Highest id that every image tool and user namespace accepts without a setting. */
const HIGHEST_ID = 65533;

function checkName(faults: Faults, key: 'user' | 'group', name: string, family: Base['family']): void {
  const path = `layout.${key}`;
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(name)) {
    faults.add(
      path,
      name,
      'it is no account name: a lower-case letter or _, then up to 31 lower-case letters, digits, _ or -',
      'write it like "openresty"',
    );
  } else if (name === 'root') {
    faults.add(path, name, 'the image must not run as root', 'choose another name');
  } else if (Object.hasOwn(BASE_ACCOUNTS[family][`${key}s`], name)) {
    faults.add(path, name, `${family} has this ${key} already, with rights of its own`, 'choose another name');
  }
}

function checkId(faults: Faults, key: 'uid' | 'gid', id: number, family: Base['family']): void {
  const path = `layout.${key}`;
  const mend = 'use 101, as upstream does';
  if (id === 0) faults.add(path, id, '0 is root, and the image must not run as root', mend);
  else if (!Number.isInteger(id) || id < 1 || id > HIGHEST_ID)
    faults.add(path, id, `an id is a whole number from 1 to ${HIGHEST_ID}`, mend);
  const owner = Object.entries(BASE_ACCOUNTS[family][key === 'uid' ? 'users' : 'groups']).find(([, taken]) => taken === id);
  if (owner) faults.add(path, id, `it belongs to ${family}'s own "${owner[0]}"`, mend);
}

/** Checks user and group, by name and by number, against what the base has. */
export function checkAccount(faults: Faults, layout: Layout, family: Base['family']): void {
  checkName(faults, 'user', layout.user, family);
  checkName(faults, 'group', layout.group, family);
  checkId(faults, 'uid', layout.uid, family);
  checkId(faults, 'gid', layout.gid, family);
}
