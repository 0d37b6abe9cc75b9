"""PyTorch on the default model, the image-flow sandwich of image-flow-sandwich.ts, as a PyTorch engineer would write it.

gx: [B,112,112,3] -> squeeze 4 -> blocks -> squeeze 2 -> blocks -> squeeze 2 -> blocks -> z [B,37632] -> W z -> actnorm -> vector flow
block = actnorm -> orthogonal mixing (k Householder reflections in compact WY form) -> affine coupling (conv 1x1, 3x3, 1x1)
Step: forward, mean squared error, gradients, clip by global norm 1, Adam. One step for each line of stdin, its wall and CPU seconds on
stdout; for the line "peak", the process's peak memory.

    python3 peer_image_flow.py SIZE CONFIG THREADS BATCH     # pip install torch

Configurations:
    plain          NCHW, eager, unfused Adam
    channels-last  tensors are [B,H,W,C] throughout, 1x1 convolutions are addmm on rows, fused Adam
    compiled       the same under torch.compile
    checkpoint     channels-last, torch.utils.checkpoint around each block
    invertible     channels-last, blocks recomputed from their outputs in the backward pass (MemCNN, FrEIA, RevNet)
    bfloat16       channels-last under autocast
"""
import argparse, json, math, resource, sys, time
import torch
from torch import nn
import torch.nn.functional as F
from torch.utils.checkpoint import checkpoint

SIZES = {
    "full": dict(latent=512, blocks=(3, 4, 4), widths=(64, 128, 256), couplings=4, hidden=1024, layers=3),
    "sample": dict(latent=128, blocks=(2, 2, 2), widths=(32, 64, 128), couplings=2, hidden=256, layers=2),
}
CONFIGS = ["plain", "channels-last", "compiled", "checkpoint", "invertible", "bfloat16"]

ap = argparse.ArgumentParser()
ap.add_argument("size", choices=list(SIZES))
ap.add_argument("config", choices=CONFIGS)
ap.add_argument("threads", type=int)
ap.add_argument("batch", type=int)
args = ap.parse_args()
torch.set_num_threads(args.threads)
NHWC = args.config != "plain"
EMBEDDING = 512


def squeeze(x, f):
    """[B,H,W,C] -> [B,H/f,W/f,f*f*C], channel order (row, column, channel) as Lin's."""
    b, h, w, c = x.shape
    return x.reshape(b, h // f, f, w // f, f * c).permute(0, 1, 3, 2, 4).reshape(b, h // f, w // f, f * f * c)


def wy(normals):
    """V and -T of Q = I - V T V^T, T^-1 = triu(V^T V, 1) + I/2."""
    v = normals / normals.norm(dim=0, keepdim=True)
    k = v.shape[1]
    inverse_t = torch.triu(v.T @ v, 1) + 0.5 * torch.eye(k)
    t = torch.linalg.solve_triangular(inverse_t, torch.eye(k), upper=True)
    return v, -t


class ActNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.log_scale, self.bias = nn.Parameter(torch.zeros(channels)), nn.Parameter(torch.zeros(channels))


class Block(nn.Module):
    """On rows [N,C] of an image [B,h,w,C], N = B*h*w."""

    def __init__(self, channels, width, reflections, max_log_scale, second, size):
        super().__init__()
        self.c, self.second, self.size = max_log_scale, second, size
        self.actnorm = ActNorm(channels)
        self.normals = nn.Parameter(torch.randn(channels, min(reflections, channels)))
        self.half = channels // 2
        self.conv1 = nn.Conv2d(self.half, width, 1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.conv3 = nn.Conv2d(width, 2 * self.half, 1)
        for conv, fan in ((self.conv1, self.half), (self.conv2, 9 * width)):
            nn.init.normal_(conv.weight, 0, math.sqrt(2 / fan)), nn.init.zeros_(conv.bias)
        nn.init.zeros_(self.conv3.weight), nn.init.zeros_(self.conv3.bias)

    def condition(self, a):
        h = torch.relu(torch.addmm(self.conv1.bias, a, self.conv1.weight.flatten(1).T))
        h = h.view(-1, *self.size, h.shape[1]).permute(0, 3, 1, 2)  # channels last
        h = torch.relu(self.conv2(h)).permute(0, 2, 3, 1).flatten(0, 2)
        h, t = torch.addmm(self.conv3.bias, h, self.conv3.weight.flatten(1).T).chunk(2, 1)
        return self.c * torch.tanh(h / self.c), t

    def mix(self, x, v, neg_t, transposed=False):
        return torch.addmm(x, (x @ v) @ (neg_t.T if transposed else neg_t), v.T)

    def forward(self, x):
        v, neg_t = wy(self.normals)
        x = x * torch.exp(self.actnorm.log_scale) + self.actnorm.bias
        x = self.mix(x, v, neg_t)
        first, second = x[:, : self.half], x[:, self.half :]
        a, b = (first, second) if self.second else (second, first)
        s, t = self.condition(a)
        y = b * torch.exp(s) + t
        return torch.cat([a, y] if self.second else [y, a], 1)

    @torch.no_grad()
    def inverse(self, y):
        v, neg_t = wy(self.normals)
        first, second = y[:, : self.half], y[:, self.half :]
        a, b = (first, second) if self.second else (second, first)
        s, t = self.condition(a)
        b = (b - t) * torch.exp(-s)
        x = self.mix(torch.cat([a, b] if self.second else [b, a], 1), v, neg_t, True)
        return (x - self.actnorm.bias) * torch.exp(-self.actnorm.log_scale)


class PlainBlock(Block):
    """The same on [B,C,h,w] contiguous: what one writes first."""

    def forward(self, x):
        v, neg_t = wy(self.normals)
        x = x * torch.exp(self.actnorm.log_scale).view(1, -1, 1, 1) + self.actnorm.bias.view(1, -1, 1, 1)
        q = torch.eye(v.shape[0]) + v @ neg_t @ v.T
        x = F.conv2d(x, q.T[:, :, None, None])
        first, second = x.chunk(2, 1)
        a, b = (first, second) if self.second else (second, first)
        h = self.conv3(torch.relu(self.conv2(torch.relu(self.conv1(a)))))
        h, t = h.chunk(2, 1)
        y = b * torch.exp(self.c * torch.tanh(h / self.c)) + t
        return torch.cat([a, y] if self.second else [y, a], 1)


class InvertibleScale(torch.autograd.Function):
    """Keeps the output of a scale's blocks; the backward pass goes through them with inputs recomputed by a coupling's inverse, whose
    conditioner is run once with gradients for both."""

    @staticmethod
    def forward(ctx, x, blocks, *parameters):
        ctx.blocks = blocks
        with torch.no_grad():
            for block in blocks:
                x = block.forward(x)
        ctx.save_for_backward(x)
        return x

    @staticmethod
    def backward(ctx, dy):
        (y,) = ctx.saved_tensors
        gradients = []
        for block in reversed(ctx.blocks):
            y, dy, own = backward_of(block, y, dy)
            gradients = own + gradients
        return (dy, None, *gradients)


def backward_of(block, y, dy):
    half, second = block.half, block.second
    a_part, b_part = (slice(0, half), slice(half, None)) if second else (slice(half, None), slice(0, half))
    with torch.enable_grad():
        a = y[:, a_part].detach().requires_grad_()
        s, t = block.condition(a)
    with torch.no_grad():
        e = torch.exp(s)
        b = (y[:, b_part] - t) / e
        db = dy[:, b_part]
        # y = b e^s + t
        ds, dt, dx_b = db * b * e, db, db * e
    conditioner = [p for m in (block.conv1, block.conv2, block.conv3) for p in (m.weight, m.bias)]
    da, *dc = torch.autograd.grad([s, t], [a, *conditioner], [ds, dt])
    with torch.no_grad():
        mixed = torch.empty_like(y)
        mixed[:, a_part], mixed[:, b_part] = a, b
        dmixed = torch.empty_like(y)
        dmixed[:, a_part], dmixed[:, b_part] = dy[:, a_part] + da, dx_b
        v, neg_t = wy(block.normals)
        normed = block.mix(mixed, v, neg_t, True)
        x = (normed - block.actnorm.bias) * torch.exp(-block.actnorm.log_scale)
    with torch.enable_grad():
        xs = x.detach().requires_grad_()
        head = [block.actnorm.log_scale, block.actnorm.bias, block.normals]
        v, neg_t = wy(block.normals)
        out = block.mix(xs * torch.exp(head[0]) + head[1], v, neg_t)
        dx, *dh = torch.autograd.grad(out, [xs, *head], dmixed)
    by_parameter = dict(zip([id(p) for p in head + conditioner], dh + dc))
    return x, dx, [by_parameter[id(p)] for p in block.parameters()]


def mlp(n_in, n_out, hidden, layers):
    widths = [n_in] + [hidden] * (layers - 1) + [n_out]
    linears = [nn.Linear(a, b) for a, b in zip(widths[:-1], widths[1:])]
    for linear in linears:
        nn.init.normal_(linear.weight, 0, math.sqrt(2 / linear.in_features)), nn.init.zeros_(linear.bias)
    nn.init.zeros_(linears[-1].weight)
    parts = []
    for linear in linears:
        parts += [linear, nn.ReLU()]
    return nn.Sequential(*parts[:-1])


class VectorCoupling(nn.Module):
    def __init__(self, dim, hidden, layers, max_log_scale, second, permuted):
        super().__init__()
        self.c, self.second = max_log_scale, second
        sizes = [math.ceil(dim / 2), dim // 2]
        self.sizes = sizes
        passing, transformed = sizes if second else sizes[::-1]
        self.mlp = mlp(passing, 2 * transformed, hidden, layers)
        self.register_buffer("order", torch.randperm(dim) if permuted else None)

    def parts(self, x):
        first, second = x.split(self.sizes, 1)
        a, b = (first, second) if self.second else (second, first)
        h, t = self.mlp(a).chunk(2, 1)
        return a, b, self.c * torch.tanh(h / self.c), t

    def join(self, a, b):
        return torch.cat([a, b] if self.second else [b, a], 1)

    def forward(self, x):
        x = x if self.order is None else x[:, self.order]
        a, b, s, t = self.parts(x)
        return self.join(a, b * torch.exp(s) + t)

    def inverse(self, y):
        a, b, s, t = self.parts(y)
        x = self.join(a, (b - t) * torch.exp(-s))
        return x if self.order is None else x[:, torch.argsort(self.order)]


class VectorFlow(nn.Module):
    def __init__(self, dim, couplings, hidden, layers):
        super().__init__()
        c = min(1, 4 / couplings)
        self.couplings = nn.ModuleList(VectorCoupling(dim, hidden, layers, c, i % 2 == 0, i % 2 == 0) for i in range(couplings))

    def forward(self, x):
        for coupling in self.couplings:
            x = coupling(x)
        return x

    def inverse(self, y):
        for coupling in reversed(self.couplings):
            y = coupling.inverse(y)
        return y


class Sandwich(nn.Module):
    def __init__(self, latent, blocks, widths, couplings, hidden, layers, embedding=EMBEDDING, image=(112, 112, 3), reflections=8):
        super().__init__()
        self.image = image
        h, w, channels = image
        c = min(1, 4 / sum(blocks))
        self.factors = (4, 2, 2)
        self.scales = nn.ModuleList()
        kind = Block if NHWC else PlainBlock
        for factor, count, width in zip(self.factors, blocks, widths):
            h, w, channels = h // factor, w // factor, channels * factor**2
            self.scales.append(nn.ModuleList(kind(channels, width, reflections, c, i % 2 == 0, (h, w)) for i in range(count)))
        n = h * w * channels
        self.readout = nn.Parameter(torch.randn(latent, n) / math.sqrt(n))
        self.core_norm = ActNorm(latent)
        self.core_flow = VectorFlow(latent, couplings, hidden, layers)
        self.A = nn.Parameter(torch.eye(embedding, latent))
        self.gy = VectorFlow(embedding, couplings, hidden, layers)

    def forward(self, x):
        """[B,112,112,3] -> [B,embedding]"""
        for factor, blocks in zip(self.factors, self.scales):
            x = squeeze(x, factor)
            shape = x.shape
            if not NHWC:
                x = x.permute(0, 3, 1, 2).contiguous()
                for block in blocks:
                    x = block(x)
                x = x.permute(0, 2, 3, 1)
                continue
            x = x.reshape(-1, shape[-1])
            if args.config == "invertible":
                parameters = [p for block in blocks for p in block.parameters()]
                x = InvertibleScale.apply(x, list(blocks), *parameters)
            else:
                for block in blocks:
                    x = checkpoint(block, x, use_reentrant=False) if args.config == "checkpoint" else block(x)
            x = x.view(shape)
        core = F.linear(x.reshape(x.shape[0], -1), self.readout)
        core = core * torch.exp(self.core_norm.log_scale) + self.core_norm.bias
        return self.gy.inverse(F.linear(self.core_flow(core), self.A))


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


torch.manual_seed(0)
model = Sandwich(**SIZES[args.size])
if NHWC:
    for m in model.modules():
        if isinstance(m, nn.Conv2d) and m.kernel_size == (3, 3):
            m.weight.data = m.weight.data.contiguous(memory_format=torch.channels_last)
x = 0.5 * torch.randn(args.batch, 112, 112, 3)
target = torch.randn(args.batch, EMBEDDING) / math.sqrt(EMBEDDING)
parameters = list(model.parameters())
adam = torch.optim.Adam(parameters, lr=1e-4, fused=True if NHWC else None)


def loss_of(x, target):
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.config == "bfloat16"):
        y = model(x)
    return F.mse_loss(y.float(), target)


if args.config == "compiled":
    loss_of = torch.compile(loss_of)


def step():
    loss = loss_of(x, target)
    adam.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, 1.0)
    adam.step()
    return loss.item()


for _ in range(3):
    step()
print("ready", flush=True)
for request in sys.stdin:
    if request.strip() == "peak":
        print(json.dumps({"parameters": sum(p.numel() for p in parameters), "peakRssMB": peak()}), flush=True)
    else:
        wall, cpu = time.perf_counter(), time.process_time()
        step()
        print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)
