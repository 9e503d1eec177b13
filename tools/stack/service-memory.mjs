/**
 * What a service's process is started with, as its image says it too: glibc gives large buffers back to the system when they
 * are freed. Without it, it keeps them after the first ones (mallopt(3), M_MMAP_THRESHOLD), which made a peak of 300 MB of 250.
 */
export const SERVICE_MEMORY = { MALLOC_MMAP_THRESHOLD_: '131072' };
