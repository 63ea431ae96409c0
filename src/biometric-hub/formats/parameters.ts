/** Caps on what is decoded, checked on the header before any pixel is. */
export const maxFileBytes = 5 * 1024 * 1024
/** Pixels. A 12 megapixel telephone and a 16 megapixel camera pass. */
export const maxPixels = 16_500_000
/** Pixels of one side: longer strips hold no face, and their rows alone are a load. */
export const maxSide = 16_384
/** Pixels of one side below which no face can have eyes 24 pixels apart. */
export const minSide = 48
/** What jpeg-js may allocate for one image, MiB. */
export const maxJpegMemory = 768
/** Long side of the image that is looked at, pixels; larger ones are averaged down by a whole factor. */
export const workingSide = 1024
