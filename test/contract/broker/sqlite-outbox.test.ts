import type { OutboxBounds } from '../../../src/broker/options.ts';
import { SqliteOutbox } from '../../../src/broker/outbox/sqlite-outbox.ts';
import type { Store } from '../../../src/broker/store/store.ts';
import { DatabaseFolder } from '../../rigs/database.ts';
import { outboxClassContract } from './outbox-class-contract.ts';
import { type OutboxBench, outboxContract } from './outbox-contract.ts';
import { outboxHistoryContract } from './outbox-history-contract.ts';
import { outboxLaneContract } from './outbox-lane-contract.ts';

const make = async (bounds: OutboxBounds): Promise<OutboxBench> => {
  const folder = new DatabaseFolder();
  const open = async (limits = bounds): Promise<{ store: Store; outbox: SqliteOutbox }> => {
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
    reopen: async (limits) => {
      await opened.outbox.stop();
      await opened.store.stop();
      opened = await open(limits);
      return opened.outbox;
    },
    close: async () => {
      await opened.outbox.stop();
      await folder.remove();
    },
  };
};

outboxContract('SqliteOutbox', make);
outboxClassContract('SqliteOutbox', make);
outboxLaneContract('SqliteOutbox', make);
outboxHistoryContract('SqliteOutbox', make);
