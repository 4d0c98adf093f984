/**
 * Makes a client at its first use and keeps it, so that a Lambda which never sends a mail never loads the mail
 * client. A client that could not be made is tried anew.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
