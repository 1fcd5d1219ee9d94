using Ferry.Core.Linux;

namespace Ferry.Core.Probing;

/// <summary>What this user has used of a file system and may use at most; null: no limit.</summary>
public readonly record struct DiskQuota(long UsedBytes, long? LimitBytes, long UsedInodes, long? LimitInodes)
{
    /// <summary>Asks the kernel for the quota of a file system on a block device; null where there is none or it does not tell.</summary>
    /// <param name="device">Path of the device, for example <c>/dev/sda1</c>.</param>
    public static DiskQuota? OfDevice(string device)
    {
        if (Kernel.GetQuota(PathText.ToTerminated(device), out var block) < 0)
        {
            return null;
        }

        return new DiskQuota(
            (long)block.BytesUsed, Limit(block.BlocksHard, block.BlocksSoft) * 1024, (long)block.InodesUsed, Limit(block.InodesHard, block.InodesSoft));
    }

    private static long? Limit(ulong hard, ulong soft) => (hard, soft) switch
    {
        (0, 0) => null,
        (0, _) => (long)Math.Min(soft, long.MaxValue / 1024),
        _ => (long)Math.Min(hard, long.MaxValue / 1024),
    };
}
