import { forgetCatalogue } from '#lambdas/product/models/catalogue.ts';
import { commit, happened } from '#shared/data/commit.ts';
import { absent, is } from '#shared/data/condition.ts';
import { forgetSettings, SettingsTable, settingsKey, settingsOf } from '#shared/data/settings.ts';
import { put } from '#shared/data/write.ts';
import { Problem } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { type ChangeSettings, changeSettings } from './rules/settings.ts';

export async function viewSettings(world: World) {
  return settingsOf(world);
}

/** Changes what is given. Orders keep the slot, cutoff and price they were placed with. */
export async function updateSettings(world: World, call: Call<ChangeSettings>) {
  const answer = await commit(world, call, [{ table: SettingsTable, key: settingsKey }] as const, ([row]) => {
    const changed = changeSettings(row?.settings ?? {}, call.input, world.clock.now().toISOString());
    if (changed instanceof Problem) return changed;
    const { settings, kept, fields } = changed;
    if (fields.length === 0) return { writes: [], answer: settings };
    const version = (row?.version ?? 0) + 1;
    const unchanged = row ? is('version', row.version) : absent('settingsId');
    return {
      writes: [put(SettingsTable, { ...settingsKey, version, settings: kept }, unchanged)],
      events: [happened('SETTINGS_CHANGED', settingsKey.settingsId, version, { fields })],
      answer: settings,
    };
  });
  if (!(answer instanceof Problem)) {
    forgetSettings(world);
    // The zone and the slots decide which day's stock the catalogue shows.
    forgetCatalogue(world);
  }
  return answer;
}
