// SCRFD's outputs as faces (Guo et al., arXiv 2105.04714; insightface python-package, model_zoo/scrfd.py: forward), in float32 step by step
// as numpy computes it.

/** A face as a detector reports it. Numbers are float32, pixels of the picture. */
export interface Detection {
  /** Left, top, right, bottom; may reach beyond the picture. */
  box: Float32Array;
  /** 0 … 1. */
  score: number;
  /** x, y of the eye at the left of the picture, the right eye, nose, left and right corner of the mouth, [10]. */
  landmarks: Float32Array;
}

/** What the network says about one grid of cells: two candidates a cell, row by row, both of a cell one after the other. */
export interface ScrfdLevel {
  /** Side of a cell, in pixels of the square. */
  stride: number;
  /** [cells · 2]. */
  scores: Float32Array;
  /** Distances from the cell's corner to left, top, right and bottom, in strides: [cells · 2, 4]. */
  boxes: Float32Array;
  /** Of five points from that corner, x, y, in strides: [cells · 2, 10]. */
  landmarks: Float32Array;
}

export const CANDIDATES_PER_CELL = 2;
export const BOX_NUMBERS = 4;
export const LANDMARK_NUMBERS = 10;

export interface DecodeScrfdOptions {
  /** Side of the square that the network saw, a multiple of every stride. */
  size: number;
  /** Of the letterbox: positions are divided by it. */
  scale: number;
  /** Candidates of this score and above are taken. */
  minScore: number;
}

/** All candidates, in the network's order; overlapping ones are still among them. */
export function decodeScrfd(levels: readonly ScrfdLevel[], { size, scale, minScore }: DecodeScrfdOptions): Detection[] {
  const divisor = Math.fround(scale);
  const found: Detection[] = [];
  for (const { stride, scores, boxes, landmarks } of levels) {
    const columns = size / stride;
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!;
      if (!(score >= minScore)) continue;
      const cell = Math.floor(i / CANDIDATES_PER_CELL);
      const corner = [(cell % columns) * stride, Math.floor(cell / columns) * stride];
      const box = new Float32Array(BOX_NUMBERS);
      for (let k = 0; k < BOX_NUMBERS; k++) {
        const distance = Math.fround(boxes[i * BOX_NUMBERS + k]! * stride);
        box[k] = Math.fround(k < 2 ? corner[k]! - distance : corner[k - 2]! + distance) / divisor;
      }
      const points = new Float32Array(LANDMARK_NUMBERS);
      for (let k = 0; k < LANDMARK_NUMBERS; k++) {
        points[k] = Math.fround(corner[k % 2]! + Math.fround(landmarks[i * LANDMARK_NUMBERS + k]! * stride)) / divisor;
      }
      found.push({ box, score, landmarks: points });
    }
  }
  return found;
}
