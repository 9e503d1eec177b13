import { Client } from '../../../load/client.ts';
import { present } from '../../../load/present.ts';
import type { RunningService } from '../../../overhead/start-services.ts';
import type { Books, Contender } from '../contender.ts';
import { createTopics } from '../create-topics.ts';
import { startScriptsOf } from '../start-script.ts';

interface Stored {
  pending: number;
  notifications: number;
  stock: Awaited<ReturnType<Books['readStock']>>;
}

/** As an introduction to Kafka shows it: state in maps, one event at a time, published and forgotten. Nothing survives a restart. */
export const textbook: Contender = {
  name: 'textbook',
  startService: startScriptsOf(new URL('.', import.meta.url)),
  variables: () => ({}),
  prepare: createTopics,
  openBooks: (running) => Promise.resolve(openBooks(running)),
};

function openBooks(running: RunningService[]): Books {
  const client = new Client(1);
  const urlOf = (service: string) => {
    const { port } = present(
      running.find(({ name }) => name === service),
      service,
    );
    return `http://127.0.0.1:${port}/books`;
  };
  const read = async (service: string, sinceMs = 0) =>
    (await client.get<Stored>(`${urlOf(service)}?since=${sinceMs}`)).body;
  return {
    addStock: async (items) => void (await client.post(urlOf('inventory-service'), items)),
    readStock: async (itemIds) =>
      (await read('inventory-service')).stock.filter(({ itemId }) => itemIds.includes(itemId)),
    countPending: async () => (await read('order-service')).pending,
    countNotifications: async (sinceMs) => (await read('notification-service', sinceMs)).notifications,
    close: () => Promise.resolve(client.close()),
  };
}
