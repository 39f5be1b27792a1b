// Who has a case, from the daemon's refusal "NAME has this case until INSTANT".
import { dateTime, say, type ApiError } from '@sanwang/ui';

export function claimedText(e: ApiError): string {
  const m = /^(.+) has this case until (\S+)$/.exec(e.detail);
  return m ? say(['{who} 正在办理此件（至 {until}）。请等待释放，或请有权限的人员解除认领。', '{who} works on this case until {until}. Wait, or ask somebody who may end the claim.'], { who: m[1]!, until: dateTime(m[2]) }) : e.shown;
}
