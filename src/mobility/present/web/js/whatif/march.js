// March days, as in the library: after so many hours at the wheel a halt follows that fills the day, unless what was no
// driving gave as much rest.
import { MS_PER_H } from "../numbers.js";
/** @import { Leg } from "../types" */

const DAY_MS = 24 * MS_PER_H;

/**
 * Milliseconds to arrival of legs in order of travel.
 * @param {Leg[]} legs
 * @param {(leg: Leg) => boolean} drives
 * @param {number} wheel_ms at the wheel between two halts
 */
export function arrivalOf(legs, drives, wheel_ms) {
  const rest = DAY_MS - wheel_ms;
  let [now, wheel, idle] = [0, 0, 0];
  for (const leg of legs) {
    if (drives(leg)) {
      wheel = (idle >= rest ? 0 : wheel) + leg.ms;
      idle = 0;
      const halts = Math.max(Math.ceil(wheel / wheel_ms) - 1, 0);
      wheel -= halts * wheel_ms;
      now += halts * rest;
    } else {
      idle += leg.ms;
    }
    now += leg.ms;
  }
  return now;
}
