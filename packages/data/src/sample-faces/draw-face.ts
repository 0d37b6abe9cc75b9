// A face from its parameters: ellipses placed on a head that turns, then light, exposure and noise.
import { Random } from '../order/random.js';
import { IMAGE_SIZE } from '../images/image-size.js';
import { Canvas, type Colour, type Ellipse } from './canvas.js';
import type { FaceAppearance, FaceIdentity } from './face-parameters.js';
import { CENTRE_X, CENTRE_Y, HeadPose, type HeadPoint } from './head-pose.js';
import { LEFT_AND_RIGHT, mouthShape, noseTip } from './landmarks.js';

const WHITE: Colour = [0.94, 0.93, 0.91];
const DARK: Colour = [0.06, 0.05, 0.05];

/** RGB bytes [112, 112, 3]. */
export function drawFace(identity: FaceIdentity, appearance: FaceAppearance): Uint8Array {
  const canvas = new Canvas(IMAGE_SIZE);
  drawBackground(canvas, appearance);
  const head = new Head(canvas, identity, appearance);
  drawHair(head, identity);
  drawSkin(head, identity);
  drawEyes(head, identity, appearance);
  drawNose(head, identity);
  drawMouth(head, identity, appearance);
  if (identity.beard > 0) drawBeard(head, identity);
  if (identity.glasses > 0) drawGlasses(head, identity);
  light(canvas, identity, appearance);
  return canvas.toBytes();
}

type Mark = Omit<Ellipse, 'x' | 'y'> & HeadPoint;

/** What is painted on the head turns, tilts and shifts with it. */
class Head {
  private readonly points: HeadPose;

  constructor(
    private readonly canvas: Canvas,
    identity: FaceIdentity,
    private readonly pose: FaceAppearance,
  ) {
    this.points = new HeadPose(identity, pose);
  }

  paint({ x, y, depth, angle = 0, radiusX, radiusY, ...rest }: Mark): void {
    const { yaw, pitch, roll, scale } = this.pose;
    this.canvas.ellipse({
      ...this.points.project({ x, y, ...(depth !== undefined && { depth }) }),
      radiusX: scale * radiusX * Math.cos(yaw),
      radiusY: scale * radiusY * Math.cos(pitch),
      angle: angle + roll,
      ...rest,
    });
  }
}

const scaled = ([red, green, blue]: Colour, factor: number): Colour => [red * factor, green * factor, blue * factor];

function drawBackground(canvas: Canvas, { background: { from, to, angle, spots } }: FaceAppearance): void {
  canvas.fill(from, to, angle);
  for (const { x, y, radius, colour } of spots) {
    canvas.ellipse({ x, y, radiusX: radius, radiusY: radius, colour, opacity: 0.6, softness: radius });
  }
}

function drawHair(head: Head, { hair, faceWidth, faceHeight, hairSides }: FaceIdentity): void {
  head.paint({ x: 0, y: -8, depth: -10, radiusX: faceWidth + 7, radiusY: faceHeight + 6, colour: hair, softness: 3 });
  for (const side of LEFT_AND_RIGHT) {
    const x = side * (faceWidth - 2);
    head.paint({
      x,
      y: hairSides,
      depth: -6,
      radiusX: 7,
      radiusY: 24 + hairSides,
      colour: scaled(hair, 0.9),
      softness: 3,
    });
  }
}

function drawSkin(
  head: Head,
  { skin, hair, faceWidth, faceHeight, jawWidth, chin, hairline, mole }: FaceIdentity,
): void {
  head.paint({
    x: 0,
    y: chin + 18,
    depth: -8,
    radiusX: jawWidth * 0.75,
    radiusY: 26,
    colour: scaled(skin, 0.72),
    softness: 3,
  }); // neck
  for (const side of LEFT_AND_RIGHT)
    head.paint({ x: side * faceWidth, y: 0, depth: -4, radiusX: 5, radiusY: 9, colour: scaled(skin, 0.85) }); // ears
  head.paint({ x: 0, y: -4, depth: 0, radiusX: faceWidth, radiusY: faceHeight - 6, colour: skin, softness: 2 });
  head.paint({
    x: 0,
    y: chin - jawWidth * 0.6,
    depth: 2,
    radiusX: jawWidth,
    radiusY: jawWidth * 0.75,
    colour: skin,
    softness: 3,
  });
  head.paint({ x: 0, y: -hairline - 20, depth: 8, radiusX: faceWidth + 2, radiusY: 22, colour: hair, softness: 3 }); // fringe
  for (const side of LEFT_AND_RIGHT) {
    head.paint({
      x: side * faceWidth * 0.55,
      y: 14,
      radiusX: 8,
      radiusY: 6,
      colour: [0.85, 0.4, 0.36],
      opacity: 0.14,
      softness: 7,
    }); // cheeks
  }
  head.paint({
    x: mole.x * faceWidth,
    y: mole.y * chin,
    radiusX: mole.radius,
    radiusY: mole.radius,
    colour: scaled(skin, 0.35),
    softness: 1,
  });
}

function drawEyes(head: Head, identity: FaceIdentity, { eyesOpen, browRaise, gazeX, gazeY }: FaceAppearance): void {
  const {
    skin,
    hair,
    iris,
    eyeSpacing,
    eyeHeight,
    eyeWidth,
    eyeOpening,
    eyeTilt,
    browHeight,
    browThickness,
    browTilt,
  } = identity;
  for (const side of LEFT_AND_RIGHT) {
    const [x, y, angle] = [side * eyeSpacing, eyeHeight, side * eyeTilt];
    const opening = eyeOpening * eyesOpen;
    const eyeball = Math.min(eyeOpening + 0.6, opening * 1.25);
    head.paint({
      x,
      y,
      angle,
      radiusX: eyeWidth + 2,
      radiusY: eyeOpening + 2.5,
      colour: scaled(skin, 0.74),
      softness: 3,
    });
    head.paint({ x, y, angle, radiusX: eyeWidth, radiusY: opening, colour: WHITE, softness: 1.2 });
    head.paint({ x: x + gazeX, y: y + gazeY, radiusX: eyeball, radiusY: eyeball, colour: iris, softness: 1 });
    head.paint({
      x: x + gazeX,
      y: y + gazeY,
      radiusX: eyeball * 0.45,
      radiusY: eyeball * 0.45,
      colour: DARK,
      softness: 0.8,
    });
    head.paint({ x, y: y - opening, angle, radiusX: eyeWidth, radiusY: 0.9, colour: scaled(hair, 0.4), softness: 1 }); // lashes
    const brow = { x: x + side, y: y - browHeight - browRaise, angle: side * browTilt };
    head.paint({ ...brow, radiusX: eyeWidth + 2, radiusY: browThickness, colour: scaled(hair, 0.75), softness: 1.4 });
  }
}

function drawNose(head: Head, identity: FaceIdentity): void {
  const { skin, noseWidth, noseLength } = identity;
  const { y: tip, depth: out } = noseTip(identity);
  const bridge = 28;
  head.paint({
    x: 0,
    y: tip - noseLength / 2,
    depth: bridge,
    radiusX: noseWidth * 0.45,
    radiusY: noseLength / 2,
    colour: scaled(skin, 1.1),
    softness: 3,
  });
  head.paint({ x: 0, y: tip, depth: out, radiusX: noseWidth, radiusY: 4, colour: scaled(skin, 0.9), softness: 3 });
  for (const side of LEFT_AND_RIGHT) {
    head.paint({
      x: side * noseWidth * 0.5,
      y: tip + 2,
      depth: out - 3,
      radiusX: 1.7,
      radiusY: 1.1,
      colour: scaled(skin, 0.3),
      softness: 1,
    });
  }
}

function drawMouth(head: Head, identity: FaceIdentity, appearance: FaceAppearance): void {
  const { lips, mouthHeight: y, lipThickness } = identity;
  const { mouthOpen } = appearance;
  const { width, lift, cornerX } = mouthShape(identity, appearance);
  head.paint({
    x: 0,
    y: y + lift * 0.4,
    radiusX: width,
    radiusY: lipThickness + mouthOpen,
    colour: lips,
    softness: 1.5,
  });
  head.paint({ x: 0, y, radiusX: width * 0.85, radiusY: 0.7 + mouthOpen, colour: scaled(lips, 0.35), softness: 1 });
  if (mouthOpen > 1.5)
    head.paint({
      x: 0,
      y: y - mouthOpen * 0.4,
      radiusX: width * 0.65,
      radiusY: mouthOpen * 0.4,
      colour: WHITE,
      softness: 1,
    });
  for (const side of LEFT_AND_RIGHT) {
    head.paint({
      x: side * cornerX,
      y: y - lift,
      angle: -side * lift * 0.2,
      radiusX: 3,
      radiusY: 0.9,
      colour: scaled(lips, 0.5),
      softness: 1,
    });
  }
}

function drawBeard(head: Head, { hair, beard, jawWidth, chin, mouthHeight, mouthWidth }: FaceIdentity): void {
  const colour = scaled(hair, 0.8);
  head.paint({
    x: 0,
    y: chin - 6,
    radiusX: jawWidth * 0.85,
    radiusY: 12,
    colour,
    opacity: beard,
    softness: 6,
    half: 'lower',
  });
  head.paint({ x: 0, y: mouthHeight - 6, radiusX: mouthWidth, radiusY: 2, colour, opacity: beard, softness: 2 });
}

function drawGlasses(head: Head, { skin, glasses, eyeSpacing, eyeHeight, eyeWidth }: FaceIdentity): void {
  for (const side of LEFT_AND_RIGHT) {
    const lens = { x: side * eyeSpacing, y: eyeHeight, depth: 30 };
    head.paint({ ...lens, radiusX: eyeWidth + 5, radiusY: eyeWidth + 2.5, colour: DARK, opacity: 0.35 * glasses });
    head.paint({
      ...lens,
      radiusX: eyeWidth + 3.5,
      radiusY: eyeWidth + 1,
      colour: scaled(skin, 1.1),
      opacity: 0.3 * glasses,
    });
  }
  head.paint({ x: 0, y: eyeHeight - 1, depth: 30, radiusX: 5, radiusY: 0.8, colour: DARK, opacity: glasses });
}

/** A light from one side over a round head, then exposure, colour temperature and noise. */
function light(canvas: Canvas, { faceWidth, faceHeight }: FaceIdentity, appearance: FaceAppearance): void {
  const { lightAngle, lightStrength, exposure, warmth, noise, noiseSeed } = appearance;
  const [lightX, lightY] = [Math.cos(lightAngle) * lightStrength, Math.sin(lightAngle) * lightStrength];
  const tint = [1 + 0.08 * warmth, 1, 1 - 0.08 * warmth];
  const grain = new Random(noiseSeed);
  const { pixels, size } = canvas;
  for (let at = 0, y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const shade =
        exposure * (1 + lightX * clamp((x - CENTRE_X) / faceWidth) + lightY * clamp((y - CENTRE_Y) / faceHeight));
      for (let channel = 0; channel < 3; channel++, at++) {
        // Twelve uniforms make a normal; three are normal enough for grain and four times as quick.
        const deviate = 2 * (grain.uniform() + grain.uniform() + grain.uniform() - 1.5);
        pixels[at] = pixels[at]! * shade * tint[channel]! + noise * deviate;
      }
    }
  }
}

const clamp = (value: number) => Math.min(1, Math.max(-1, value));
