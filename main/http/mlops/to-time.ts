/** `YYYY-MM-DDTHH:MM:SSZ` */
export const toTime = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
