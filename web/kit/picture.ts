const MOST_SIDE_PX = 1_280;
/** The API takes 700 kB; a cold phone on a slow line is glad of less. */
const MOST_BYTES = 500_000;

/** A picture as the API takes it. */
export interface Picture {
  contentType: 'image/jpeg';
  /** Base64 (RFC 4648, section 4). */
  data: string;
}

/** A picture file as the API takes it. Throws where the file is no picture that the browser can read. */
export async function shrink(file: Blob): Promise<Picture> {
  return { contentType: 'image/jpeg', data: await base64Of(await shrunk(file)) };
}

/**
 * A photo or picture file as a JPEG that is small enough to be sent. What else the file told, such as where it was
 * taken, is gone. Throws where the file is no picture that the browser can read.
 */
export async function shrunk(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, MOST_SIDE_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no pictures');
  // Where a picture lets through what is behind it, that is white as paper.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  for (const quality of [0.82, 0.6, 0.4]) {
    const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
    if (made && made.size <= MOST_BYTES) return made;
  }
  throw new Error('the picture cannot be made small enough');
}

/** The bytes as base64 (RFC 4648, section 4). */
export async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
