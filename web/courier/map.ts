import type { Stop } from './rules/stops.ts';

/** Where the phone's own map is asked for the way to an address. */
export function mapUrlOf(address: Stop['address'], agent = navigator.userAgent): string | undefined {
  if (!address) return undefined;
  const { line1, line2, city, pincode, lat, lng } = address;
  const text = [line1, line2, city, pincode].filter(Boolean).join(', ');
  const place = lat !== undefined && lng !== undefined ? `${lat},${lng}` : undefined;
  const asked = encodeURIComponent(place ?? text);
  if (/Android/.test(agent)) {
    const label = place ? `${asked}(${encodeURIComponent(text)})` : asked;
    return `geo:${place ?? '0,0'}?q=${label}`;
  }
  if (/iPhone|iPad|Macintosh/.test(agent)) return `https://maps.apple.com/?daddr=${asked}`;
  return place
    ? `https://www.openstreetmap.org/directions?to=${asked}`
    : `https://www.openstreetmap.org/search?query=${asked}`;
}
