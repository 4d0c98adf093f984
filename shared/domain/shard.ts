/** How many partitions an index that collects a whole day's or the whole dairy's rows is spread over. */
export const SHARDS = 4;

/** The partition, 0 to SHARDS − 1, of an id: always the same one for the same id (FNV-1a). */
export function shardOf(id: string): number {
  return hash32(id) % SHARDS;
}

/** A 32-bit hash of text (FNV-1a), for spreading; not for secrets. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  // FNV's low bits mix poorly for short texts that differ at the end; one more round spreads them.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return hash >>> 0;
}

/** Every partition's key of a sharded index, e.g. `2027-01-05#0` … */
export function shardKeys(prefix: string): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `${prefix}#${shard}`);
}
