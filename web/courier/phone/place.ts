import { useSyncExternalStore } from 'react';

export interface Place {
  lat: number;
  lng: number;
}

const KEY = 'milkfloat.courier.place';
/** An older place says nothing of this door. */
const FRESH_MS = 120_000;
const listeners = new Set<() => void>();
let watch: number | undefined;
let last: { place: Place; at: number } | undefined;

const isWanted = () => localStorage.getItem(KEY) === 'yes';

function tell(): void {
  for (const listener of listeners) listener();
}

/** Follows where the phone is, if its courier wants that: it goes with each stop, and with nothing else. */
export function startPlace(): void {
  if (!isWanted() || watch !== undefined || !('geolocation' in navigator)) return;
  watch = navigator.geolocation.watchPosition(
    ({ coords: { latitude, longitude } }) => {
      const round = (degrees: number) => Math.round(degrees * 1e5) / 1e5;
      last = { place: { lat: round(latitude), lng: round(longitude) }, at: Date.now() };
    },
    ({ code, PERMISSION_DENIED }) => {
      if (code === PERMISSION_DENIED) wantPlace(false);
    },
    { enableHighAccuracy: true, maximumAge: 30_000 },
  );
}

function wantPlace(wanted: boolean): void {
  localStorage.setItem(KEY, wanted ? 'yes' : 'no');
  if (wanted) startPlace();
  else if (watch !== undefined) {
    navigator.geolocation.clearWatch(watch);
    watch = undefined;
    last = undefined;
  }
  tell();
}

/** Where the phone is now, as far as that is known and wanted. */
export function placeNow(): Place | undefined {
  return last && Date.now() - last.at < FRESH_MS ? last.place : undefined;
}

export function usePlaceWanted(): [boolean, (wanted: boolean) => void] {
  const wanted = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, isWanted);
  return [wanted, wantPlace];
}
