using System.Numerics.Tensors;
using Captioning.Inference.Models;

namespace Captioning.Inference.Decoding;

/// <summary>
/// Beam search over a whole batch at once: each step runs all hypotheses of all images, and images whose
/// hypotheses have all ended leave the batch. A beam of 1 is greedy search. Ties go to the lower row and token,
/// so that the same batch gives the same captions.
/// </summary>
internal sealed class BeamSearch(Vocabulary vocabulary, BeamManifest settings)
{
    /// <summary>Stands for "no token": a hypothesis that has ended and stays as it is.</summary>
    private const int Ended = -1;

    /// <summary>Decodes a batch.</summary>
    /// <param name="batch">A batch at its start.</param>
    /// <param name="beam">Hypotheses kept per image.</param>
    /// <param name="regions">Regions per attention map; 0 where attention is not wanted.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>For each image its hypotheses, the best first.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Hypothesis[][] Run(DecoderBatch batch, int beam, int regions, CancellationToken cancellationToken)
    {
        int count = batch.Images;
        Hypothesis[][] results = new Hypothesis[count][];
        Beams current = new(count * beam, settings.MaxLength, regions);
        Beams next = new(count * beam, settings.MaxLength, regions);
        Candidate[] candidates = new Candidate[beam * (beam + 1)];
        int[] alive = [.. Enumerable.Range(0, count)];
        int[] kept = new int[count];
        int[] parents = new int[count * beam];
        batch.Tokens.Fill(vocabulary.Bos);

        for (int length = 0; ; length++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batch.Step();
            bool last = length == settings.MaxLength - 1;
            int keep = 0;
            for (int image = 0; image < batch.Images; image++)
            {
                int found = Expand(batch, image, beam, length, current, candidates);
                bool running = false;
                for (int b = 0; b < beam; b++)
                {
                    int row = (keep * beam) + b;
                    if (b < found)
                    {
                        Candidate chosen = candidates[b];
                        parents[row] = chosen.Row;
                        next.Extend(row, current, chosen, vocabulary.Eos, batch.Attention(chosen.Row));
                        running |= !next.IsEnded(row);
                    }
                    else
                    {
                        parents[row] = image * batch.Beam;
                        next.Kill(row);
                    }
                }

                if (running && !last)
                {
                    alive[keep] = alive[image];
                    kept[keep++] = image;
                }
                else
                {
                    results[alive[image]] = next.Take(keep * beam, beam, settings.LengthPenalty);
                }
            }

            if (keep == 0)
            {
                return results;
            }

            batch.Advance(kept.AsSpan(0, keep), parents.AsSpan(0, keep * beam), beam);
            (current, next) = (next, current);
            for (int row = 0; row < keep * beam; row++)
            {
                batch.Tokens[row] = current.IsEnded(row) ? vocabulary.Pad : current.LastToken(row);
            }
        }
    }

    /// <summary>Finds the best continuations of an image's hypotheses.</summary>
    /// <returns>How many there are in <paramref name="candidates"/>, the best first.</returns>
    private int Expand(DecoderBatch batch, int image, int beam, int length, Beams beams, Span<Candidate> candidates)
    {
        int found = 0;
        for (int b = 0; b < batch.Beam; b++)
        {
            int row = (image * batch.Beam) + b;
            float sum = beams.LogProb(row);
            if (float.IsNegativeInfinity(sum))
            {
                continue;
            }

            if (beams.IsEnded(row))
            {
                Insert(candidates, ref found, beam, new Candidate(row, Ended, sum, 0));
                continue;
            }

            Span<float> logProbs = batch.LogProbs(row);
            Forbid(logProbs, beams, row, length);
            for (int k = 0; k < beam; k++)
            {
                int token = TensorPrimitives.IndexOfMax(logProbs);
                float logProb = logProbs[token];
                if (float.IsNaN(logProb))
                {
                    throw new InvalidDataException("The model gave a log-probability that is not a number.");
                }

                if (float.IsNegativeInfinity(logProb) || !Insert(candidates, ref found, beam, new Candidate(row, token, sum + logProb, logProb)))
                {
                    break;
                }

                logProbs[token] = float.NegativeInfinity;
            }
        }

        return found;
    }

    /// <summary>Puts a candidate in its place among the best; later ones go behind equal ones.</summary>
    /// <returns>False where it is not among the best.</returns>
    private static bool Insert(Span<Candidate> candidates, ref int found, int beam, Candidate candidate)
    {
        int place = found;
        while (place > 0 && candidates[place - 1].LogProb < candidate.LogProb)
        {
            place--;
        }

        if (place >= beam)
        {
            return false;
        }

        found = Math.Min(found + 1, beam);
        for (int i = found - 1; i > place; i--)
        {
            candidates[i] = candidates[i - 1];
        }

        candidates[place] = candidate;
        return true;
    }

    /// <summary>Rules out the tokens that are no words, an empty caption, and repeated n-grams.</summary>
    private void Forbid(Span<float> logProbs, Beams beams, int row, int length)
    {
        logProbs[vocabulary.Pad] = float.NegativeInfinity;
        logProbs[vocabulary.Bos] = float.NegativeInfinity;
        logProbs[vocabulary.Unk] = float.NegativeInfinity;
        if (length == 0)
        {
            logProbs[vocabulary.Eos] = float.NegativeInfinity;
        }

        int n = settings.NoRepeatNgram;
        if (n == 0 || length < n)
        {
            return;
        }

        ReadOnlySpan<int> tokens = beams.Tokens(row);
        ReadOnlySpan<int> tail = tokens[(length - n + 1)..];
        for (int start = 0; start + n <= length; start++)
        {
            if (tokens.Slice(start, n - 1).SequenceEqual(tail))
            {
                logProbs[tokens[start + n - 1]] = float.NegativeInfinity;
            }
        }
    }
}
