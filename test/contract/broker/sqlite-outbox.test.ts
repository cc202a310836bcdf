import { SqliteOutbox } from '../../../src/broker/outbox/sqlite-outbox.ts';
import type { Store } from '../../../src/broker/store/store.ts';
import { bytes, milliseconds } from '../../../src/topics/index.ts';
import { DatabaseFolder } from '../../rigs/database.ts';
import { outboxContract } from './outbox-contract.ts';

outboxContract('SqliteOutbox', async (bounds) => {
  const folder = new DatabaseFolder();
  const limits = { max_bytes: bytes(bounds.max_bytes), max_age: milliseconds(bounds.max_age) };
  const open = async (): Promise<{ store: Store; outbox: SqliteOutbox }> => {
    const store = await folder.open();
    const outbox = new SqliteOutbox(store, limits, folder.kept.log);
    await outbox.start(new AbortController().signal);
    return { store, outbox };
  };
  let opened = await open();
  return {
    get outbox() {
      return opened.outbox;
    },
    reopen: async () => {
      await opened.outbox.stop();
      await opened.store.stop();
      opened = await open();
      return opened.outbox;
    },
    close: async () => {
      await opened.outbox.stop();
      await folder.remove();
    },
  };
});
