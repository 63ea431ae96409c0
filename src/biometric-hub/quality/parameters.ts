/**
 * Where each measure stands between 0 and 1. Names follow ISO/IEC 29794-5:2025; the mapping is our own algorithm and no
 * implementation of that standard. Chosen on photographs of a public test set and on rendered portraits.
 */
export const parameters = {
  /** Pixels between the eye centres: ISO/IEC 39794-5 asks for 90; below 24 the recogniser sees mush. */
  interEyeDistance: { worst: 24, best: 90 },
  /** Degrees. */
  roll: { worst: 35, best: 5 },
  /** Sideways distance of the nose tip from the middle of the eyes, in inter-eye distances. */
  yaw: { worst: 0.55, best: 0.12 },
  /** Place of the nose tip between eye line (0) and mouth line (1), away from `pitchFrontal`. */
  pitch: { worst: 0.35, best: 0.1 },
  pitchFrontal: 0.6,
  /** Part of the face that is darker than luma 25 or lighter than 247. */
  underExposure: { worst: 0.5, best: 0.08 },
  overExposure: { worst: 0.4, best: 0.05 },
  darkLuma: 25,
  lightLuma: 247,
  /** Luma between the 5th and the 95th percentile of the face. */
  dynamicRange: { worst: 25, best: 80 },
  /** Common part of the luma histograms of the left and the right half. */
  illuminationUniformity: { worst: 0.15, best: 0.6 },
  /** Mean absolute Laplacian of the face at 128 pixels, as a part of its dynamic range. */
  sharpness: { worst: 0.012, best: 0.045 },
  /** Of the detector. */
  detectionConfidence: { worst: 0.5, best: 0.9 },
  /** Side of the square on which luma is measured, pixels. */
  chip: 128,
  histogramBins: 32,
  /** The worst measure weighs this much in the score, the mean of all the rest. */
  weightOfWorst: 0.6,
  /** A measure below it earns advice. */
  adviceBelow: 0.5,
  maxAdvice: 3,
} as const
