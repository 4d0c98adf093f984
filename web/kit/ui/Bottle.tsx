/** The foil on a milk bottle says what is in it: gold cream, silver whole, red half-fat, green skimmed, blue the rest. */
const caps = ['gold', 'silver', 'red', 'green', 'blue'] as const;
export type Cap = (typeof caps)[number];

/** The cap of a category: always the same one. */
export function capOf(category: string): Cap {
  let sum = 0;
  for (const letter of category.toLowerCase()) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return caps[sum % caps.length] ?? 'gold';
}

/** A milk bottle, filled to a level between 0 and 1. */
export function Bottle({
  cap = 'gold',
  level = 1,
  className = 'size-16',
}: {
  cap?: Cap;
  level?: number;
  className?: string;
}) {
  const top = 22 + (1 - Math.min(1, Math.max(0, level))) * 66;
  return (
    <svg viewBox="0 0 64 96" className={className} aria-hidden="true">
      <path
        d="M23 10h18v12c0 8 11 12 11 26v38c0 4-3 7-7 7H19c-4 0-7-3-7-7V48c0-14 11-18 11-26z"
        fill="var(--glass)"
      />
      <clipPath id={`fill-${cap}-${Math.round(top)}`}>
        <rect x="0" y={top} width="64" height={96 - top} />
      </clipPath>
      <path
        clipPath={`url(#fill-${cap}-${Math.round(top)})`}
        d="M25 12h14v11c0 8 11 12 11 25v37c0 3-2.5 6-6 6H20c-3.5 0-6-3-6-6V48c0-13 11-17 11-25z"
        fill="var(--milk)"
      />
      <path
        d="M18 50c0-9 6-13 8-19"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
        opacity="0.8"
      />
      <rect x="20" y="3" width="24" height="10" rx="3" fill={`var(--cap-${cap})`} />
      <path d="M23 13v-3m6 3v-3m6 3v-3m6 3v-3" stroke="#0003" strokeWidth="1.5" />
    </svg>
  );
}

/** A product's picture, or a bottle with the cap of its category where it has none. */
export function ProductPicture({
  product,
  className = 'aspect-square',
  eager = false,
}: {
  product: { name: string; category: string; imageUrl?: string };
  className?: string;
  eager?: boolean;
}) {
  return (
    <div className={`grid place-items-center overflow-hidden rounded-xl bg-float-wash ${className}`}>
      {product.imageUrl ? (
        <img
          src={product.imageUrl}
          alt=""
          width="320"
          height="320"
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
          className="size-full object-contain"
        />
      ) : (
        <Bottle cap={capOf(product.category)} className="h-3/4" />
      )}
    </div>
  );
}
