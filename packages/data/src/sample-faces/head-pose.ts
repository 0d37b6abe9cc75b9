// Where a point of a sample face's head is seen in the picture: turned, tilted, scaled and shifted as the head is.
import type { FaceAppearance, FaceIdentity } from './face-parameters.js';

// Where ArcFace's alignment puts the middle of a face in the crop.
export const CENTRE_X = 56;
export const CENTRE_Y = 62;

export interface HeadPoint {
  /** Pixels right of and below the middle of the face, seen from the front. */
  x: number;
  y: number;
  /** How far it stands out of the head's middle plane: what a turn of the head moves. Left out: on the surface of the head. */
  depth?: number;
}

export class HeadPose {
  constructor(
    private readonly identity: Pick<FaceIdentity, 'faceWidth' | 'faceHeight'>,
    private readonly pose: FaceAppearance,
  ) {}

  /** Pixels from the top left of the picture. */
  project({ x, y, depth = this.surface(x, y) }: HeadPoint): { x: number; y: number } {
    const { yaw, pitch, roll, scale, shiftX, shiftY } = this.pose;
    const turnedX = x * Math.cos(yaw) + depth * Math.sin(yaw);
    const turnedY = y * Math.cos(pitch) + depth * Math.sin(pitch);
    return {
      x: CENTRE_X + shiftX + scale * (turnedX * Math.cos(roll) - turnedY * Math.sin(roll)),
      y: CENTRE_Y + shiftY + scale * (turnedX * Math.sin(roll) + turnedY * Math.cos(roll)),
    };
  }

  /** Depth of an ellipsoid as deep as it is wide. */
  private surface(x: number, y: number): number {
    const { faceWidth, faceHeight } = this.identity;
    return faceWidth * Math.sqrt(Math.max(0, 1 - (x / faceWidth) ** 2 - (y / faceHeight) ** 2)) * 0.7;
  }
}
