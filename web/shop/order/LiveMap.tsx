import 'leaflet/dist/leaflet.css';
import { circleMarker, type Map as LeafletMap, latLngBounds, map, polyline, tileLayer } from 'leaflet';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { useDairy } from '../../kit/dairy.ts';
import { useFormats } from '../../kit/formats.ts';

interface Place {
  lat: number;
  lng: number;
}

const EARTH_METRES = 6_371_000;

/** The distance of two places as the crow flies, in metres. */
function metresBetween(a: Place, b: Place): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const [dLat, dLng] = [rad(b.lat - a.lat), rad(b.lng - a.lng)];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(dLng / 2) ** 2;
  return 2 * EARTH_METRES * Math.asin(Math.sqrt(h));
}

/** The door and the courier, how far apart they are, and the streets between where the dairy has map tiles. */
export default function LiveMap({ stop, courier }: { stop: Place; courier: Place }) {
  const t = useTranslations('orders');
  const { number } = useFormats();
  const { tiles } = useDairy();
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<LeafletMap>(null);
  useEffect(() => {
    if (!box.current) return;
    const made = map(box.current, { attributionControl: Boolean(tiles), scrollWheelZoom: false });
    if (tiles) tileLayer(tiles.url, { attribution: tiles.attribution, maxZoom: 19 }).addTo(made);
    drawn.current = made;
    return () => {
      made.remove();
      drawn.current = null;
    };
  }, [tiles]);
  useEffect(() => {
    const shown = drawn.current;
    if (!shown) return;
    const home = circleMarker(stop, { radius: 11, className: 'map-stop' }).bindTooltip(t('door'));
    const cart = circleMarker(courier, { radius: 9, className: 'map-courier' }).bindTooltip(t('courier'));
    const line = polyline([stop, courier], { className: 'map-line' });
    const parts = [line, home, cart];
    for (const part of parts) part.addTo(shown);
    home.openTooltip();
    shown.fitBounds(latLngBounds([stop, courier]).pad(0.4), { maxZoom: 16, animate: false });
    return () => {
      for (const part of parts) part.remove();
    };
  }, [stop, courier, t]);
  const metres = metresBetween(stop, courier);
  return (
    <figure className="grid gap-2">
      <div
        ref={box}
        className="relative z-0 h-72 overflow-hidden rounded-xl border border-line bg-float-wash"
      />
      <figcaption role="status" className="flex flex-wrap gap-x-4 gap-y-1">
        <span className="font-semibold">
          {metres < 1_000
            ? t('metres', { n: number(Math.round(metres / 10) * 10) })
            : t('kilometres', { n: number(Math.round(metres / 100) / 10) })}
        </span>
        <span className="text-soft">
          <Dot className="bg-float" /> {t('door')}
        </span>
        <span className="text-soft">
          <Dot className="bg-butter" /> {t('courier')}
        </span>
      </figcaption>
    </figure>
  );
}

function Dot({ className }: { className: string }) {
  return (
    <span
      aria-hidden="true"
      className={`inline-block size-3 rounded-full border border-line-strong align-baseline ${className}`}
    />
  );
}
