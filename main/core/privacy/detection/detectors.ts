import { CONTACT } from './contact'
import type { Detector } from './detector'
import { FINANCIAL } from './financial'
import { GOVERNMENT } from './government'
import { HEALTH } from './health'
import { IDENTITY, SPECIAL } from './identity'
import { TECHNICAL } from './technical'

/** Every detector there is. */
export const DETECTORS: readonly Detector[] = [
  ...FINANCIAL,
  ...CONTACT,
  ...GOVERNMENT,
  ...TECHNICAL,
  ...HEALTH,
  ...IDENTITY,
  ...SPECIAL,
]
