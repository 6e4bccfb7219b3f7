namespace Captioning.Inference.Images;

/// <summary>
/// Where the pixels of a stored square go in the square that is shown (EXIF 2.32, tag Orientation, 1 to 8).
/// Turning the small result equals turning the photo, since both axes are resampled alike, and costs nothing.
/// </summary>
/// <param name="Origin">The place of the top left pixel, in pixels.</param>
/// <param name="StepX">Distance to the place of the next pixel of a row.</param>
/// <param name="StepY">Distance to the place of the first pixel of the next row.</param>
internal readonly record struct Orientation(int Origin, int StepX, int StepY)
{
    /// <param name="exif">The tag's value; anything but 2 to 8 means upright.</param>
    /// <param name="size">The side of the square.</param>
    public static Orientation Of(int exif, int size)
    {
        int right = size - 1;
        int bottom = size * (size - 1);
        return exif switch
        {
            2 => new Orientation(right, -1, size),
            3 => new Orientation(bottom + right, -1, -size),
            4 => new Orientation(bottom, 1, -size),
            5 => new Orientation(0, size, 1),
            6 => new Orientation(right, size, -1),
            7 => new Orientation(bottom + right, -size, -1),
            8 => new Orientation(bottom, -size, 1),
            _ => new Orientation(0, 1, size),
        };
    }

    /// <summary>True where rows become columns.</summary>
    public static bool SwapsAxes(int exif) => exif is >= 5 and <= 8;
}
