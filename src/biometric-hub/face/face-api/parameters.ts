/** Mean of the training images, red, green, blue, 0..255: subtracted before both networks (dlib, input_rgb_image_sized). */
export const meanRgb = [122.782, 117.001, 104.298]
/** Changes with everything outside of the network files that changes a template: alignment, resampling, normalisation. */
export const revision = 'face-api 1.7.15, five-point chip and its mirror, 1'
/** Below it the detector's box is not called a face. */
export const minConfidence = 0.5
