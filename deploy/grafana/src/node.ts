import { dashboardOfServices, graph } from './panels.ts';

const JOB = '{job=~"$job"}';

export const node = dashboardOfServices('orderflow-node', 'Orderflow: Node', 'The processes of the services.')
  .withPanel(
    graph(
      'CPU',
      'percentunit',
      [[`rate(process_cpu_seconds_total${JOB}[$__rate_interval])`, '{{job}} {{instance}}']],
      '100 % is one core, which is all that one process can use for JavaScript.',
    ),
  )
  .withPanel(
    graph(
      'Event loop lag',
      's',
      [
        [`nodejs_eventloop_lag_p50_seconds${JOB}`, 'p50 {{job}} {{instance}}'],
        [`nodejs_eventloop_lag_p99_seconds${JOB}`, 'p99 {{job}} {{instance}}'],
        [`nodejs_eventloop_lag_max_seconds${JOB}`, 'longest {{job}} {{instance}}'],
      ],
      'About 10 ms is idle: the clock ticks that often.',
    ),
  )
  .withPanel(
    graph('Memory', 'bytes', [
      [`process_resident_memory_bytes${JOB}`, 'resident {{job}} {{instance}}'],
      [`nodejs_heap_size_used_bytes${JOB}`, 'heap used {{job}} {{instance}}'],
      [`nodejs_heap_size_total_bytes${JOB}`, 'heap {{job}} {{instance}}'],
      [`nodejs_external_memory_bytes${JOB}`, 'buffers {{job}} {{instance}}'],
    ]),
  )
  .withPanel(
    graph(
      'Garbage collection',
      'percentunit',
      [
        [
          `sum by (job, instance, kind) (rate(nodejs_gc_duration_seconds_sum${JOB}[$__rate_interval]))`,
          '{{kind}} {{job}} {{instance}}',
        ],
      ],
      'The share of time that it takes.',
    ),
  )
  .withPanel(graph('Up for', 's', [[`time() - process_start_time_seconds${JOB}`, '{{job}} {{instance}}']]))
  .withPanel(
    graph('What keeps it busy', 'short', [[`nodejs_active_resources${JOB}`, '{{type}} {{job}} {{instance}}']]),
  );
