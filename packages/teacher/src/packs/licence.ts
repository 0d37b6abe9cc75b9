// What InsightFace says of its pretrained models (python-package/README.md and model_zoo/README.md), in short.

export const LICENCE = `InsightFace's pretrained models are available for non-commercial research purposes only:
https://github.com/deepinsight/insightface#license

The code of InsightFace is MIT; its models are not. For any other use ask InsightFace for a licence.
Treat embeddings, and networks that were trained on them, as bound by the same.
`;
