import { Notifications } from '#lambdas/notification/models/Notification.ts';
import { commit } from '#shared/data/commit.ts';
import { catalogue } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import type { World } from '#shared/world.ts';
import { changeUser, Users } from './models/User.ts';

/**
 * Sends nothing more to an address that takes no mail. What the refused mail was sent to is not told; it was the address
 * that its person had when it went out, which may be another by now.
 */
export async function stopMail(world: World, event: DairyEvent) {
  const { notificationId, why } = catalogue.MAIL_REFUSED.data.parse(event);
  const mail = await world.store.get(Notifications, { notificationId });
  if (!mail) return undefined;
  const context = {
    actor: { userId: 'system', role: 'system' as const },
    requestId: world.ids.next(),
    action: 'stopMail',
  };
  return commit(world, context, [{ table: Users, key: { userId: mail.userId } }], ([user]) => {
    const sentAt = mail.claimedAt ?? mail.createdAt;
    const stands = user?.email && !user.mailStopped && sentAt >= (user.emailSince ?? '');
    const mailStopped = { why, at: event.timestamp };
    return { writes: user && stands ? [changeUser(user, { set: { mailStopped } })] : [], answer: undefined };
  });
}
