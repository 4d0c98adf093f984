import { afterAll } from 'vitest';
import { ADMIN, eventually, type Server, startServer } from '../server.ts';
import { playSeed } from './seed.ts';

let server: Server;
afterAll(() => server?.stop());

playSeed(async () => {
  server = await startServer();
  const passwords = { ravi: 'round-1', jimmy: 'test123' };
  return { http: server.http, eventually, admin: ADMIN, passwords, pays: 'CARD' };
});
