import { createHash } from 'node:crypto';
import type { Picture } from '#shared/domain/picture.ts';

/** The file of a product's picture: its name follows from what is in it, so that it never changes. */
export function pictureNameOf({ body, extension }: Picture): string {
  return `h${createHash('sha256').update(body).digest('hex')}.${extension}`;
}

/** Whether a file has such a name: then what is under it stays what it is. */
export const neverChanges = (file: string): boolean => /^h[0-9a-f]{64}\./.test(file);
