import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '#broker';
import { Access } from '../../../../src/broker/access/access.ts';

test('a hash verifies its own password alone, and no two are the same', async () => {
  const one = await hashPassword('päss');
  const two = await hashPassword('päss');
  expect(one).toMatch(/^scrypt\$16384\$8\$1\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+$/);
  expect(one).not.toBe(two);
  expect(await verifyPassword('päss', one)).toBe(true);
  expect(await verifyPassword(Buffer.from('päss'), two)).toBe(true);
  expect(await verifyPassword('pass', one)).toBe(false);
});

const salt = 'A'.repeat(24);
const hash = 'A'.repeat(44);
test.each([
  'secret',
  '',
  `bcrypt$16384$8$1$${salt}$${hash}`,
  `scrypt$16383$8$1$${salt}$${hash}`,
  `scrypt$4194304$8$1$${salt}$${hash}`,
  `scrypt$16384$-8$1$${salt}$${hash}`,
  `scrypt$16384$8$1$$${hash}`,
  `scrypt$16384$8$1$${salt}$`,
  `scrypt$16384$8$1$${salt}$${hash}$more`,
])('%j is no hash, and the error does not repeat it', async (encoded) => {
  const error: unknown = await verifyPassword('x', encoded).catch((why: unknown) => why);
  expect(error).toMatchObject({ code: 'BROKER_PASSWORD_HASH_INVALID' });
  if (encoded !== '') expect(String(error)).not.toContain(encoded);
});

test('an unknown name takes as long as a wrong password', async () => {
  const access = new Access();
  await access.configure({ users: [{ name: 'anna', password: await hashPassword('secret'), acl: [] }] });
  const wrong = { password: Buffer.from('wrong'), certificate: undefined };
  const fastest = { anna: Number.POSITIVE_INFINITY, nobody: Number.POSITIVE_INFINITY };
  // Three of them, each from elsewhere: a fourth failure would wait.
  for (let i = 0; i < 3; i++) {
    for (const name of ['anna', 'nobody'] as const) {
      const before = performance.now();
      expect(await access.authenticate({ ...wrong, username: name, address: `192.0.2.${i} ${name}` })).toBeUndefined();
      fastest[name] = Math.min(fastest[name], performance.now() - before);
    }
  }
  // Without a derivation it would be a thousandth; the bound leaves room for a busy machine.
  const { anna, nobody } = fastest;
  expect(Math.max(anna, nobody) / Math.min(anna, nobody)).toBeLessThan(50);
});
