import type { ScreenConfig } from '../world.ts';

/** The doors of the dairy that people look at, each a folder of static files under the path of its name. */
export const screenDoors = ['shop', 'desk', 'courier'] as const;

/** Headers of every page: nothing runs or loads that is not ours, or Stripe's where cards are taken by it. */
export function pageHeaders(config: ScreenConfig): Record<string, string> {
  const stripe = config.cards.provider === 'STRIPE';
  const tiles = config.tiles && new URL(config.tiles.url.replace('{s}', '*')).origin;
  const policy = {
    'default-src': ["'self'"],
    'script-src': ["'self'", ...(stripe ? ['https://js.stripe.com'] : [])],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'blob:', ...(tiles ? [tiles] : [])],
    'connect-src': ["'self'", ...(stripe ? ['https://api.stripe.com'] : [])],
    'frame-src': stripe ? ['https://js.stripe.com', 'https://hooks.stripe.com'] : ["'none'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  return {
    'content-security-policy': Object.entries(policy)
      .map(([name, sources]) => `${name} ${sources.join(' ')}`)
      .join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'cross-origin-opener-policy': 'same-origin-allow-popups',
    'permissions-policy': `camera=(self), geolocation=(self), payment=(self${stripe ? ' "https://js.stripe.com"' : ''})`,
  };
}
