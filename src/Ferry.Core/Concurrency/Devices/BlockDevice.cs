namespace Ferry.Core.Concurrency;

/// <summary>Asks sysfs whether the disks under a block device turn.</summary>
internal static class BlockDevice
{
    // Device-mapper over md over partitions is three; more than this is a loop.
    private const int DeepestStack = 8;

    // Prefixes of the bus devices of virtual machines, as they stand in the device's place in /sys/devices.
    private static readonly string[] VirtualBuses = ["virtio", "vbd-", "VMBUS:", "xen"];

    /// <summary>Whether any disk that a device rests on is rotational.</summary>
    /// <param name="major">Major device number.</param>
    /// <param name="minor">Minor device number.</param>
    /// <param name="sysfs">Where sysfs is mounted.</param>
    /// <returns>
    /// Null if it cannot be told: no such block device, or a virtual machine's disk that claims to turn, which is the default of
    /// those drivers and says nothing of what the host has.
    /// </returns>
    internal static bool? IsRotational(uint major, uint minor, string sysfs = "/sys")
    {
        try
        {
            string link = Path.Combine(sysfs, "dev", "block", $"{major}:{minor}");
            return Directory.ResolveLinkTarget(link, returnFinalTarget: true) is { } target ? Examine(target.FullName, 0) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool? Examine(string device, int depth)
    {
        if (depth == DeepestStack)
            return null;
        if (File.Exists(Path.Combine(device, "partition")))
            return Examine(Path.GetDirectoryName(device)!, depth + 1);
        return ExamineSlaves(device, depth) ?? ExamineDisk(device);
    }

    private static bool? ExamineSlaves(string device, int depth)
    {
        string slaves = Path.Combine(device, "slaves");
        if (!Directory.Exists(slaves))
            return null;
        bool? any = null;
        foreach (string slave in Directory.EnumerateFileSystemEntries(slaves))
        {
            string target = Directory.ResolveLinkTarget(slave, returnFinalTarget: true)?.FullName ?? slave;
            if (Examine(target, depth + 1) is not { } rotational)
                continue;
            if (rotational)
                return true;
            any = false;
        }
        return any;
    }

    private static bool? ExamineDisk(string device)
    {
        string file = Path.Combine(device, "queue", "rotational");
        if (!File.Exists(file))
            return null;
        bool rotational = File.ReadAllText(file).StartsWith('1');
        return rotational && IsVirtual(device) ? null : rotational;
    }

    private static bool IsVirtual(string device)
    {
        foreach (string part in device.Split('/'))
        {
            foreach (string bus in VirtualBuses)
            {
                if (part.StartsWith(bus, StringComparison.Ordinal))
                    return true;
            }
        }
        return false;
    }
}
