import { afterAll, beforeAll, expect, test } from 'vitest';
import { dairyLives, HOUSEHOLDS } from './deeds.ts';
import type { Deed } from './model/house.ts';
import { Play } from './play.ts';
import { Stage } from './stage.ts';
import { liveSlowly } from './story.ts';
import { waited } from './wishes.ts';
import { arranged, disturbed, told } from './words.ts';

const LIVES = Number(process.env.LIVES ?? 50);

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open(HOUSEHOLDS);
});
afterAll(() => stage?.close());

test('In whole lives of a small dairy every calendar line, order, charge and balance is what the model says', {
  timeout: 120_000 + LIVES * 5_000,
}, async () => {
  await liveSlowly(dairyLives, LIVES, async (life, tell) => {
    const play = new Play(stage, life);
    await play.open();
    tell(`${arranged(life.place)}. Wares: ${JSON.stringify(life.wares)}. ${JSON.stringify(life.terms)}.`);
    const doing = async (deed: Deed) => {
      tell(`${play.now}: ${told(deed)}.`);
      agree(await play.act(deed));
    };
    for (const [household, amount] of life.deposits.entries()) {
      if (amount > 0) await doing({ deed: 'TOP_UP', household, amount });
    }
    for (const [household, amount] of life.credits.entries()) {
      if (amount > 0) await doing({ deed: 'GRANT', household, amount });
    }
    for (const intent of life.first) {
      const deed = intent(play.house, play.today);
      if (deed) await doing(deed);
    }
    agree(await play.compare());
    for (const { wait, down, run, intent, also } of life.steps) {
      const to = waited(wait, play.house.almanac, play.now);
      tell(`${to}: until now ${disturbed(play.house.almanac.runsBetween(play.now, to).length, run, down)}.`);
      agree(await play.passTo(to, run, down));
      const [deed, other] = [intent(play.house, play.today), also?.(play.house, play.today)];
      if (deed && other && deed.deed !== 'SUBSCRIBE') {
        tell(`${play.now}: ${told(deed)}; and at once ${told(other)}.`);
        agree(await play.actBoth(deed, other));
      } else {
        if (deed) await doing(deed);
        agree(await play.compare());
      }
    }
    agree(await play.audit());
  });
});

function agree(wrong: readonly string[]): void {
  expect(wrong).toEqual([]);
}
