import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { business } from './business.ts';
import { http } from './http.ts';
import { kafka } from './kafka.ts';
import { node } from './node.ts';
import { notifications } from './notifications.ts';
import { outbox } from './outbox.ts';
import { postgres } from './postgres.ts';

/** All dashboards, by the name of their file in `dashboards/`. */
export const dashboards: Readonly<Record<string, Dashboard>> = {
  business: business.build(),
  notifications: notifications.build(),
  http: http.build(),
  kafka: kafka.build(),
  outbox: outbox.build(),
  postgres: postgres.build(),
  node: node.build(),
};

/** As Grafana reads it from a file. */
export const toJson = (dashboard: Dashboard) => `${JSON.stringify(dashboard, null, 2)}\n`;
