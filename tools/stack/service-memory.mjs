/**
 * What a service's process is started with, as its image says it too.
 *
 * - glibc gives large buffers back to the system when they are freed. Without it, it keeps them after the first ones
 *   (mallopt(3), M_MMAP_THRESHOLD), which made a peak of 300 MB of 250.
 * - V8 collects garbage before the heap has several times the size of what is in use (docs/explanation/performance.md, "Memory").
 */
export const SERVICE_MEMORY = {
  MALLOC_MMAP_THRESHOLD_: '131072',
  NODE_OPTIONS: '--max-old-space-size=1024',
};
