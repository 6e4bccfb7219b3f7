/** Seconds as a person reads them. */
export const seconds = value => value < 0.0995 ? `${Math.max(1, Math.round(value * 1000))} ms` : `${value.toFixed(value < 9.95 ? 2 : 0)} s`;

/** A count of bytes as a person reads it. */
export const bytes = value => value < 1e6 ? `${Math.max(1, Math.round(value / 1000))} kB` : `${(value / 1e6).toFixed(1)} MB`;

/** A score with a true minus sign. */
export const score = value => value.toFixed(2).replace("-", "−");

export const percent = value => `${Math.round(value * 100)}%`;

export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** A file's name without its folders and extension. */
export const stem = name => name.split(/[/\\]/).pop().replace(/\.[^.]+$/, "") || name;
