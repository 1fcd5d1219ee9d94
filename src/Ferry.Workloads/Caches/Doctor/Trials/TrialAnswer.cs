using Ferry.Core.Linux;
using Ferry.Core.Probing;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Words for what a trial answered.</summary>
internal static class TrialAnswer
{
    /// <summary>For example <c>ENOSYS</c>; <c>a false success</c> where the call succeeded and did something else.</summary>
    public static string Name(int answer) => answer == NameTrial.Lied ? "a false success" : Errno.Name(answer);

    /// <summary>Whether the trial says nothing of the file system, because there was no room for it.</summary>
    public static bool IsFull(int answer) => answer is Errno.ENOSPC or Errno.EDQUOT;

    /// <summary>Says once that there was no room.</summary>
    public static void ReportFull(FindingList findings, int answer) => findings.Problem(
        $"could not be tried: {Errno.Describe(answer)}", "cannot stage anything more; what is staged stays",
        "remove what you can spare, or choose another scratch", Errno.Name(answer));
}
