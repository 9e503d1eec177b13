import type { Admin, Kafka } from 'kafkajs';

/**
 * Connects an admin client while `use` runs, and always disconnects it.
 * @returns what `use` resolves with
 * @throws what `use` or the connection rejects with
 */
export async function withAdmin<Result>(kafka: Kafka, use: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}
