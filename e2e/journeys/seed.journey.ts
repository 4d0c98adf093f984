import { afterAll, expect, test } from 'vitest';
import { ADMIN, eventually, login, type Server, startServer } from '../server.ts';
import { playSeed } from './seed.ts';

let server: Server;
afterAll(() => server?.stop());

playSeed(async () => {
  server = await startServer();
  const passwords = { ravi: 'round-1', jimmy: 'test123' };
  return { http: server.http, eventually, admin: ADMIN, passwords, pays: 'CARD' };
});

test('Where no mail leaves the machine, staff read what he was told in the inbox', async () => {
  const token = await login(server);
  const { body } = await server.http<{ message: string }[]>('GET', '/notification/inbox', { token });
  expect(body.filter(({ message }) => message.includes('Welcome Jimmy'))).toHaveLength(1);
});
